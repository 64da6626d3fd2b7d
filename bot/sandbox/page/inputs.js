/** The interactive components: buttons, selects, inputs, pickers, overflow and checker. */

import { cssLength } from "./colors.js";
import { dialog, el, icon, menu, popup, toast, tokenIcon } from "./dom.js";
import { picture } from "./picture.js";
import { pick } from "./pickers.js";
import { offset, t, words } from "./texts.js";

const timezone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
const callbackOf = (component) => (component.behaviors ?? []).find((behavior) => behavior.type === "callback");

/** Opens a web address in a new tab; anything else is refused with a toast. */
export function openUrl(url) {
  if (/^https?:\/\//i.test(url ?? "")) window.open(url, "_blank", "noopener,noreferrer");
  else toast("warning", t("badLink"));
}

function confirmed(component) {
  if (!component.confirm) return Promise.resolve(true);
  return dialog(words(component.confirm.title), el("div", {}, words(component.confirm.text)), [
    { text: t("cancel"), value: false }, { text: t("confirm"), value: true, kind: "primary" },
  ]);
}

/**
 * Does what a component's behaviors ask: opens addresses, posts the callback. Returns whether a
 * callback was accepted (true when there was none). `form`: the fields to send along, checked first.
 */
export async function interact(component, node, ctx, extra = {}, { form = null, ask = true } = {}) {
  if (component.disabled || node.closest(".card-busy")) return false;
  if (form && !form.valid()) return false;
  if (ask && !(await confirmed(component))) return false;
  for (const behavior of component.behaviors ?? [])
    if (behavior.type === "open_url") openUrl((ctx.phone() ? behavior.android_url : behavior.pc_url) || behavior.default_url);
  const callback = callbackOf(component);
  if (!callback && !form) return true;
  const body = { tag: component.tag, ...extra };
  const value = callback?.value ?? component.value;
  if (value !== undefined) body.value = value;
  if (component.name) body.name = component.name;
  if (form) {
    body.form_value = form.values();
    if (form.hasPicker()) body.timezone = timezone();
  }
  const card = node.closest(".card");
  node.classList.add("pending");
  node.setAttribute("aria-busy", "true");
  card?.classList.add("card-busy");
  try {
    return await ctx.act(body);
  } finally {
    node.classList.remove("pending");
    node.removeAttribute("aria-busy");
    card?.classList.remove("card-busy");
  }
}

/** The fields of one form container. */
export class Form {
  fields = new Map();

  add(name, field) { if (name) this.fields.set(name, field); }
  hasPicker() { return [...this.fields.values()].some((field) => field.picker); }
  reset() { for (const field of this.fields.values()) { field.reset(); field.node.classList.remove("missing"); } }

  values() {
    const values = {};
    for (const [name, field] of this.fields) {
      const value = field.value();
      if (value !== undefined) values[name] = value;
    }
    return values;
  }

  /** Marks the required fields left empty; true when there is none. */
  valid() {
    const missing = [...this.fields.values()].filter((field) => {
      const value = field.value();
      const empty = field.required && (value === undefined || value === "" || value?.length === 0);
      field.node.classList.toggle("missing", Boolean(empty));
      return empty;
    });
    missing[0]?.node.scrollIntoView({ block: "nearest" });
    missing[0]?.node.querySelector("input, textarea, button")?.focus();
    return missing.length === 0;
  }
}

function width(node, value, otherwise = "") {
  if (value === "fill") node.style.width = "100%";
  else if (value !== "default" && cssLength(value)) { node.style.width = cssLength(value); node.style.maxWidth = "100%"; }
  else if (otherwise) node.style.width = otherwise;
  return node;
}

/** Common to selects and pickers: the box that shows the choice and opens a popup. */
function trigger(component, symbol, open) {
  return width(el("button.select" + (component.type === "text" ? ".select-text" : ""), {
    type: "button", disabled: component.disabled === true, title: words(component.disabled ? component.disabled_tips : component.hover_tips), onclick: open,
  }, el("span.select-value"), el("span.select-symbol", {}, icon(symbol, 14))), component.width, "100%");
}

function optionList(component, ctx) {
  const people = component.tag.endsWith("_person");
  if (!people) return (component.options ?? []).map((option) => ({ value: String(option.value), text: words(option.text), icon: option.icon }));
  const wanted = (component.options ?? []).map((option) => String(option.value)).filter((id) => ctx.members().includes(id));
  return (wanted.length ? wanted : ctx.members()).map((id) => ({ value: id, text: ctx.nameOf(id), avatar: ctx.avatar(id) }));
}

function select(component, ctx) {
  const many = component.tag.startsWith("multi_");
  const options = optionList(component, ctx);
  const initialIndex = Number.isInteger(component.initial_index) ? options[component.initial_index - 1]?.value : undefined;
  const first = many ? (component.selected_values ?? []).map(String) : [component.initial_option ?? initialIndex].filter((value) => value !== undefined).map(String);
  let chosen = [...first];
  const node = trigger(component, "down", () => open());
  node.setAttribute("role", "combobox");
  const show = () => {
    const value = node.firstElementChild;
    value.replaceChildren();
    for (const wanted of chosen) {
      const option = options.find((candidate) => candidate.value === wanted);
      if (!option) continue;
      if (many) {
        const drop = el("span.chip-drop", { onclick: (event) => { event.stopPropagation(); choose(wanted); } }, icon("close", 10));
        value.append(el("span.chip", {}, option.text, component.disabled ? null : drop));
      } else value.append(el("span.select-one", {}, option.avatar?.cloneNode(true) ?? null, option.icon ? tokenIcon(option.icon.token, 14) : null, option.text));
    }
    if (!value.childNodes.length) value.append(el("span.placeholder", {}, words(component.placeholder) || t("pickOne")));
  };
  const choose = async (value) => {
    const before = chosen;
    if (many) chosen = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value];
    else chosen = [value];
    node.classList.remove("missing");
    show();
    if (ctx.form) return;
    const sent = await interact(component, node, ctx, many ? { options: chosen } : { option: value });
    if (!sent) { chosen = before; show(); }
  };
  const open = () => {
    const list = el("div.menu.options", { role: "listbox" });
    const draw = () => list.replaceChildren(...(options.length ? options : []).map((option) => el("button.menu-row" + (chosen.includes(option.value) ? ".chosen" : ""), {
      type: "button", role: "option", "aria-selected": String(chosen.includes(option.value)),
      onclick: () => { if (many) { choose(option.value); draw(); } else { shown.close(); choose(option.value); } },
    }, option.avatar?.cloneNode(true) ?? null, option.icon ? tokenIcon(option.icon.token, 14) : null, el("span", {}, option.text), chosen.includes(option.value) ? icon("check", 14) : null)));
    if (!options.length) list.append(el("div.menu-empty", {}, t("noOption")));
    node.classList.add("open");
    const shown = popup(node, list, { matchWidth: node.offsetWidth > 140, onclose: () => node.classList.remove("open") });
    draw();
    shown.place();
  };
  show();
  ctx.form?.add(component.name, {
    node, required: component.required === true, value: () => (many ? chosen : chosen[0]), reset: () => { chosen = [...first]; show(); },
  });
  return node;
}

const PICKERS = {
  date_picker: ["date", "initial_date", "calendar", "pickDate"], picker_time: ["time", "initial_time", "clock", "pickTime"],
  picker_datetime: ["datetime", "initial_datetime", "calendar", "pickDate"],
};

function picker(component, ctx) {
  const [kind, initial, symbol, hint] = PICKERS[component.tag];
  const first = String(component[initial] ?? "");
  let value = first;
  const node = trigger(component, symbol, () => pick(node, kind, value, choose));
  const show = () => node.firstElementChild.replaceChildren(value || el("span.placeholder", {}, words(component.placeholder) || t(hint)));
  const choose = async (text) => {
    const before = value;
    value = text;
    node.classList.remove("missing");
    show();
    if (ctx.form) return;
    const sent = await interact(component, node, ctx, { option: `${value} ${offset()}`, timezone: timezone() });
    if (!sent) { value = before; show(); }
  };
  show();
  ctx.form?.add(component.name, {
    node, required: component.required === true, picker: true, value: () => (value ? `${value} ${offset()}` : undefined), reset: () => { value = first; show(); },
  });
  return node;
}

function input(component, ctx) {
  const long = component.input_type === "multiline_text";
  const field = el(long ? "textarea" : "input", {
    type: long ? undefined : component.input_type === "password" ? "password" : "text", value: words(component.default_value), placeholder: words(component.placeholder) || t("fillIn"),
    maxLength: component.max_length ?? 1000, disabled: component.disabled === true, rows: long ? component.rows ?? 5 : undefined, autocomplete: "off", spellcheck: false,
    "aria-label": words(component.label) || component.name,
  });
  const label = words(component.label);
  const node = width(el("div.input" + (component.label_position === "left" ? ".label-left" : ""), {},
    label ? el("label.label", {}, label, component.required ? el("span.star", {}, "*") : null) : null, field), component.width, "100%");
  field.addEventListener("input", () => node.classList.remove("missing"));
  const send = async () => {
    if (ctx.form || field.value === sent || !callbackOf(component)) return;
    const before = sent;
    sent = field.value;
    if (!(await interact(component, node, ctx, { input_value: field.value }))) sent = before;
  };
  let sent = field.value;
  if (!long) field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); send(); } });
  field.addEventListener("change", send);
  ctx.form?.add(component.name, {
    node, required: component.required === true, value: () => field.value, reset: () => { field.value = words(component.default_value); },
  });
  return node;
}

function button(component, ctx) {
  const type = /^[a-z_]+$/.test(component.type ?? "") ? component.type : "default";
  const size = ["tiny", "small", "medium", "large"].includes(component.size) ? component.size : "medium";
  const kind = component.form_action_type;
  const form = kind ? ctx.form : null;
  const press = () => {
    if (kind === "reset" && form) form.reset();
    else interact(component, node, ctx, {}, { form: kind === "submit" ? form : null, ask: kind === "submit" && form !== null });
  };
  const text = words(component.text);
  const node = el(`button.button.${type}.${size}`, {
    type: "button", disabled: component.disabled === true, title: words(component.disabled ? component.disabled_tips : component.hover_tips), onclick: press,
  }, component.icon ? ctx.icon(component.icon, 16) : null, text ? el("span", {}, text) : null);
  return width(node, component.width);
}

function overflow(component, ctx) {
  const rows = (component.options ?? []).map((option) => ({
    text: words(option.text),
    run: () => {
      const url = option.multi_url?.pc_url || option.multi_url?.url;
      if (url) openUrl(url);
      else interact(component, node, ctx, { option: String(option.value ?? "") });
    },
  }));
  const node = el("button.button.default.medium.overflow", { type: "button", "aria-label": "…", disabled: component.disabled === true, onclick: () => menu(node, rows) }, icon("more", 18));
  return width(node, component.width);
}

function checker(component, ctx) {
  const first = component.checked === true;
  const box = el("input", { type: "checkbox", checked: first, disabled: component.disabled === true });
  const text = el("span.checker-text", {}, ctx.text(component.text));
  const node = el("div.checker", {}, el(component.overall_checkable === false ? "div.checker-main" : "label.checker-main", {}, box, text),
    ...(component.button_area?.buttons ?? []).map((inner) => button({ type: "text", ...inner, tag: "button" }, ctx)));
  const show = () => {
    text.classList.toggle("struck", box.checked && component.checked_style?.show_strikethrough === true);
    text.style.opacity = box.checked ? String(Number(component.checked_style?.opacity ?? 1)) : "";
  };
  box.addEventListener("change", async () => {
    show();
    if (ctx.form || !callbackOf(component)) return;
    if (!(await interact(component, node, ctx, { checked: box.checked }))) { box.checked = !box.checked; show(); }
  });
  show();
  ctx.form?.add(component.name, { node, value: () => box.checked, reset: () => { box.checked = first; show(); } });
  return node;
}

function selectImage(component, ctx) {
  const many = component.multi_select === true;
  let chosen = [];
  const node = el("div.select-images");
  const draw = () => node.replaceChildren(...(component.options ?? []).map((option) => el("button.select-image" + (chosen.includes(option.value) ? ".chosen" : ""), {
    type: "button", disabled: component.disabled === true || option.disabled === true, title: words(option.hover_tips), onclick: () => choose(option.value),
  }, picture(option.img_key, words(option.hover_tips)))));
  const choose = async (value) => {
    if (many) chosen = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value];
    else chosen = [value];
    draw();
    if (!ctx.form) await interact(component, node, ctx, many ? { options: chosen } : { option: value });
  };
  draw();
  ctx.form?.add(component.name, { node, required: component.required === true, value: () => (many ? chosen : chosen[0]), reset: () => { chosen = []; draw(); } });
  return node;
}

/** Renderers by tag. */
export const INPUTS = {
  button, input, overflow, checker, select_static: select, multi_select_static: select, select_person: select, multi_select_person: select,
  date_picker: picker, picker_time: picker, picker_datetime: picker, select_img: selectImage,
};
