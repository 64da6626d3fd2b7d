/** The interactive components: buttons, selects, inputs, pickers, overflow and checker. */

import { cssLength } from "./colors.js";
import { dialog, el, menu, popup, refill, rove, toast } from "./dom.js";
import { Draft, mark } from "./form.js";
import { icon, tokenIcon } from "./icons.js";
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
  const unpark = form?.park();
  try {
    const accepted = await ctx.act(body);
    if (!accepted) unpark?.();
    if (!accepted && form && !node.isConnected) ctx.redraw();
    return accepted;
  } finally {
    node.classList.remove("pending");
    node.removeAttribute("aria-busy");
    card?.classList.remove("card-busy");
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
    type: "button", "aria-haspopup": "true", "aria-expanded": "false", "aria-required": component.required ? "true" : null,
    onkeydown: (event) => { if (event.key === "ArrowDown") { event.preventDefault(); open(); } },
    disabled: component.disabled === true, title: words(component.disabled ? component.disabled_tips : component.hover_tips), onclick: open,
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
  const draft = new Draft(component, ctx, first);
  // An option of a draft may be gone from the redrawn card.
  let chosen = draft.value === first ? [...first] : draft.value.filter((value) => options.some((option) => option.value === value));
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
    // A combobox is not named by what stands in it.
    const names = chosen.map((wanted) => options.find((option) => option.value === wanted)?.text).filter(Boolean);
    node.setAttribute("aria-label", [words(component.placeholder) || component.name || t("pickOne"), names.join(", ")].filter(Boolean).join(": "));
  };
  const choose = async (value) => {
    const before = chosen;
    if (many) chosen = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value];
    else chosen = [value];
    mark(node, false);
    show();
    if (ctx.form) { draft.keep(chosen); return; }
    const sent = await interact(component, node, ctx, many ? { options: chosen } : { option: value });
    if (!sent) { chosen = before; show(); }
  };
  const open = () => {
    const list = el("div.menu.options", { role: "listbox", "aria-label": words(component.placeholder) || component.name || t("pickOne"), "aria-multiselectable": many ? "true" : null });
    const draw = () => list.replaceChildren(...(options.length ? options : []).map((option) => el("button.menu-row" + (chosen.includes(option.value) ? ".chosen" : ""), {
      type: "button", role: "option", "aria-selected": String(chosen.includes(option.value)),
      dataset: { key: option.value }, onclick: () => { if (many) { choose(option.value); draw(); focusOn(option.value); } else { shown.close(); choose(option.value); } },
    }, option.avatar?.cloneNode(true) ?? null, option.icon ? tokenIcon(option.icon.token, 14) : null, el("span", {}, option.text), chosen.includes(option.value) ? icon("check", 14) : null)));
    if (!options.length) list.append(el("div.menu-empty", {}, t("noOption")));
    const focusOn = (value) => [...list.children].find((row) => row.dataset.key === value)?.focus();
    draw();
    rove(list, "[role=option]");
    node.classList.add("open");
    node.setAttribute("aria-expanded", "true");
    const closed = () => { node.classList.remove("open"); node.setAttribute("aria-expanded", "false"); };
    const shown = popup(node, list, { matchWidth: node.offsetWidth > 140, onclose: closed });
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
  const draft = new Draft(component, ctx, first);
  let { value } = draft;
  const node = trigger(component, symbol, () => pick(node, kind, value, choose));
  const name = words(component.placeholder) || t(hint);
  const show = () => {
    node.firstElementChild.replaceChildren(value || el("span.placeholder", {}, name));
    node.setAttribute("aria-label", value ? `${name}: ${value}` : name);
  };
  const choose = async (text) => {
    const before = value;
    value = text;
    mark(node, false);
    show();
    if (ctx.form) { draft.keep(value); return; }
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
  const first = words(component.default_value);
  const draft = new Draft(component, ctx, first);
  const field = el(long ? "textarea" : "input", {
    type: long ? undefined : component.input_type === "password" ? "password" : "text", value: draft.value, placeholder: words(component.placeholder) || t("fillIn"),
    maxLength: component.max_length ?? 1000, disabled: component.disabled === true, rows: long ? component.rows ?? 5 : undefined, autocomplete: "off", spellcheck: false,
    "aria-label": words(component.label) || words(component.placeholder) || component.name || t("fillIn"), "aria-required": component.required ? "true" : null,
  });
  const label = words(component.label);
  const node = width(el("div.input" + (component.label_position === "left" ? ".label-left" : ""), {},
    label ? el("label.label", {}, label, component.required ? el("span.star", {}, "*") : null) : null, field), component.width, "100%");
  field.addEventListener("input", () => { mark(node, false); draft.keep(field.value); });
  const send = async () => {
    if (ctx.form || field.value === sent || !callbackOf(component)) return;
    const before = sent;
    sent = field.value;
    const kept = field.value;
    draft.drop();
    if (await interact(component, node, ctx, { input_value: kept })) return;
    sent = before;
    draft.keep(kept);
  };
  let sent = first;
  if (!long) field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); send(); } });
  field.addEventListener("change", send);
  ctx.form?.add(component.name, {
    node, required: component.required === true, value: () => field.value, reset: () => { field.value = first; },
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
  const node = el("button.button.default.medium.overflow", { type: "button", "aria-label": t("more"), "aria-haspopup": "menu", disabled: component.disabled === true, onclick: () => menu(node, rows) }, icon("more", 18));
  return width(node, component.width);
}

function checker(component, ctx) {
  const first = component.checked === true;
  const draft = new Draft(component, ctx, first);
  const box = el("input", { type: "checkbox", "aria-label": words(component.text) || null, checked: draft.value, disabled: component.disabled === true });
  const text = el("span.checker-text", {}, ctx.text(component.text));
  const node = el("div.checker", {}, el(component.overall_checkable === false ? "div.checker-main" : "label.checker-main", {}, box, text),
    ...(component.button_area?.buttons ?? []).map((inner) => button({ type: "text", ...inner, tag: "button" }, ctx)));
  const show = () => {
    text.classList.toggle("struck", box.checked && component.checked_style?.show_strikethrough === true);
    text.style.opacity = box.checked ? String(Number(component.checked_style?.opacity ?? 1)) : "";
  };
  box.addEventListener("change", async () => {
    show();
    if (ctx.form || !callbackOf(component)) { draft.keep(box.checked); return; }
    if (!(await interact(component, node, ctx, { checked: box.checked }))) { box.checked = !box.checked; show(); }
  });
  show();
  ctx.form?.add(component.name, { node, value: () => box.checked, reset: () => { box.checked = first; show(); } });
  return node;
}

function selectImage(component, ctx) {
  const many = component.multi_select === true;
  const draft = new Draft(component, ctx, []);
  let chosen = draft.value;
  const node = el("div.select-images", { role: "group" });
  const images = () => (component.options ?? []).map((option, index) => el("button.select-image" + (chosen.includes(option.value) ? ".chosen" : ""), {
    type: "button", disabled: component.disabled === true || option.disabled === true, title: words(option.hover_tips), "aria-label": words(option.hover_tips) || `${t("image")} ${index + 1}`, "aria-pressed": String(chosen.includes(option.value)), onclick: () => choose(option.value),
  }, picture(option.img_key, words(option.hover_tips))));
  const choose = async (value) => {
    if (many) chosen = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value];
    else chosen = [value];
    refill(node, ...images());
    if (ctx.form) draft.keep(chosen);
    else await interact(component, node, ctx, many ? { options: chosen } : { option: value });
  };
  node.append(...images());
  ctx.form?.add(component.name, { node, required: component.required === true, value: () => (many ? chosen : chosen[0]), reset: () => { chosen = []; refill(node, ...images()); } });
  return node;
}

/** Renderers by tag. */
export const INPUTS = {
  button, input, overflow, checker, select_static: select, multi_select_static: select, select_person: select, multi_select_person: select,
  date_picker: picker, picker_time: picker, picker_datetime: picker, select_img: selectImage,
};
