/** Draws Card JSON 2.0: header, texts, pictures, people and containers. */

import { drawnCharts, dispose, renderChart } from "./chart.js";
import { colorName, cssBackground, cssColor, cssLength } from "./colors.js";
import { el } from "./dom.js";
import { Form } from "./form.js";
import { icon, tokenIcon } from "./icons.js";
import { INPUTS, interact, openUrl } from "./inputs.js";
import { renderMarkdown } from "./markdown.js";
import { photo, picture } from "./picture.js";
import { renderTable } from "./table.js";
import { localised, t, words } from "./texts.js";

const TEXT_SIZES = {
  "heading-0": 30, "heading-1": 24, "heading-2": 20, "heading-3": 18, "heading-4": 16, heading: 16, normal: 14, notation: 12,
  "xxxx-large": 30, "xxx-large": 24, "xx-large": 20, "x-large": 18, large: 16, medium: 14, small: 12, "x-small": 10,
};
const ALIGN = { left: "flex-start", top: "flex-start", center: "center", right: "flex-end", bottom: "flex-end" };

function textSize(token, ctx) {
  const own = ctx.card?.config?.style?.text_size?.[token];
  const name = own ? (ctx.phone() ? own.mobile : own.pc) ?? own.default : token;
  return TEXT_SIZES[name] ? `${TEXT_SIZES[name]}px` : "";
}

/** plain_text stays literal; lark_md and markdown go through the dialect. */
function text(object, ctx, selector = "div.text") {
  const node = el(selector);
  if (!object) return node;
  if (object.tag === "lark_md" || object.tag === "markdown") renderMarkdown(node, words(object), ctx);
  else { node.textContent = words(object); node.classList.add("plain"); }
  const size = textSize(object.text_size, ctx);
  if (size) node.style.fontSize = size;
  if (object.text_color) node.style.color = cssColor(object.text_color, ctx.card);
  if (["left", "center", "right"].includes(object.text_align)) node.style.textAlign = object.text_align;
  if (Number.isInteger(object.lines)) { node.classList.add("clamped"); node.style.webkitLineClamp = String(object.lines); }
  return node;
}

function cardIcon(spec, size, ctx) {
  const node = el("span.card-icon", {}, spec.tag === "custom_icon" ? picture(spec.img_key, "", size > 20 ? 20 : size) : tokenIcon(spec.token, size));
  if (spec.color) node.style.color = cssColor(spec.color, ctx.card);
  return node;
}

/** How a container lays out its elements. */
function flow(node, container, ctx, { gap = 8 } = {}) {
  const across = container.direction === "horizontal";
  const wanted = cssLength(across ? container.horizontal_spacing : container.vertical_spacing);
  node.classList.add("flow");
  node.style.flexDirection = across ? "row" : "column";
  if (across) node.style.flexWrap = "wrap";
  node.style.gap = wanted || `${gap}px`;
  const [main, cross] = across ? ["horizontal_align", "vertical_align"] : ["vertical_align", "horizontal_align"];
  if (ALIGN[container[main]]) node.style.justifyContent = ALIGN[container[main]];
  if (ALIGN[container[cross]]) { node.style.alignItems = ALIGN[container[cross]]; if (!across) node.classList.add("aligned"); }
  const padding = cssLength(container.padding);
  if (padding) node.style.padding = padding;
  node.append(...(container.elements ?? []).map((element, index) => render(element, { ...ctx, path: `${ctx.path}.${index}` })));
  return node;
}

function background(node, token, ctx) {
  const css = cssBackground(token, ctx.card);
  if (css) { node.style.background = css; node.classList.add("filled"); }
}

function clickable(node, component, ctx) {
  node.classList.add("clickable");
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  const press = (event) => {
    if (event.target.closest("button, a, input, textarea, label, [role=button]") !== node) return;
    event.stopPropagation();
    interact(component, node, ctx);
  };
  node.addEventListener("click", press);
  node.addEventListener("keydown", (event) => { if ((event.key === "Enter" || event.key === " ") && event.target === node) { event.preventDefault(); press(event); } });
}

function div(component, ctx) {
  const node = el("div.div", {}, component.icon ? cardIcon(component.icon, 16, ctx) : null, component.text ? text(component.text, ctx) : null,
    ...(component.fields ?? []).map((field) => text(field.text, ctx)));
  if (cssLength(component.width)) node.style.width = cssLength(component.width);
  if (component.width === "auto") node.classList.add("auto");
  return node;
}

function markdown(component, ctx) {
  const body = text({ ...component, tag: "markdown" }, ctx, "div.text");
  return component.icon ? el("div.div", {}, cardIcon(component.icon, 16, ctx), body) : body;
}

const IMAGE_SIZES = { large: [160, 160], medium: [80, 80], small: [40, 40], tiny: [16, 16] };
function img(component) {
  const show = component.preview === false ? picture : photo;
  const node = el("div.img" + (component.scale_type === "fit_horizontal" ? "" : ".cropped"), {}, show(localised(component, "img_key"), words(component.alt) || words(component.title)));
  const [, w, h] = /^(\d{1,3})px (\d{1,3})px$/.exec(component.size ?? "") ?? [];
  const size = w ? [w, h] : IMAGE_SIZES[component.size];
  if (size) [node.style.width, node.style.height] = size.map((value) => `${value}px`);
  if (cssLength(component.corner_radius)) node.style.borderRadius = cssLength(component.corner_radius);
  return node;
}

function imgCombination(component) {
  const list = component.img_list ?? [];
  return el("div.images", {}, ...list.map((image) => img({ ...image, alt: component.alt })));
}

function person(id, ctx, { avatar = true, name = true } = {}) {
  return el("span.person", {}, avatar ? ctx.avatar(id) : null, name ? ctx.nameOf(id) : null);
}

function personList(component, ctx) {
  return el("div.persons", {}, ...(component.persons ?? []).map((one) => person(one.id, ctx, { avatar: component.show_avatar !== false, name: component.show_name !== false })));
}

const FLEX_MODES = new Set(["none", "stretch", "flow", "bisect", "trisect"]);
function columnSet(component, ctx) {
  const node = el(`div.columns.flex-${FLEX_MODES.has(component.flex_mode) ? component.flex_mode : "none"}`);
  node.style.columnGap = cssLength(component.horizontal_spacing) || "8px";
  if (ALIGN[component.horizontal_align]) node.style.justifyContent = ALIGN[component.horizontal_align];
  background(node, component.background_style, ctx);
  node.append(...(component.columns ?? []).map((one, index) => column(one, { ...ctx, path: `${ctx.path}.c${index}` })));
  const url = component.action?.multi_url;
  if (url) clickable(node, { behaviors: [{ type: "open_url", default_url: url.pc_url || url.url }] }, ctx);
  return node;
}

function column(component, ctx) {
  const node = flow(el("div.column"), { vertical_align: "top", ...component }, ctx, { gap: 8 });
  const px = /^\d{2,3}px$/.test(component.width ?? "");
  if (px) { node.style.flex = `0 0 ${component.width}`; node.style.maxWidth = "100%"; }
  else if (component.width === "weighted") { node.style.flex = `${component.weight ?? 1} 1 0`; node.classList.add("weighted"); }
  else node.classList.add("auto");
  if (component.margin) node.style.margin = cssLength(component.margin);
  background(node, component.background_style, ctx);
  if (component.behaviors?.length) clickable(node, { ...component, tag: "column" }, ctx);
  else if (component.action?.multi_url) clickable(node, { behaviors: [{ type: "open_url", default_url: component.action.multi_url.pc_url || component.action.multi_url.url }] }, ctx);
  return node;
}

function form(component, ctx) {
  const fields = new Form(component.name ?? ctx.path);
  return flow(el("div.form", { role: "form", "aria-label": component.name }), component, { ...ctx, form: fields }, { gap: 12 });
}

function interactiveContainer(component, ctx) {
  const node = flow(el("div.container" + (component.has_border ? ".bordered" : "")), { padding: "4px 12px 4px 12px", ...component }, ctx);
  background(node, component.background_style, ctx);
  if (component.border_color) node.style.borderColor = cssColor(component.border_color, ctx.card);
  if (cssLength(component.corner_radius)) node.style.borderRadius = cssLength(component.corner_radius);
  if (cssLength(component.width)) node.style.width = cssLength(component.width);
  if (component.width === "auto") node.classList.add("auto");
  if (cssLength(component.height)) node.style.height = cssLength(component.height);
  node.title = words(component.disabled ? component.disabled_tips : component.hover_tips);
  if (component.disabled) node.classList.add("disabled");
  else if (component.behaviors?.length) clickable(node, component, ctx);
  return node;
}

function collapsiblePanel(component, ctx) {
  const key = `panel:${component.element_id ?? ctx.path}`;
  const { header = {}, border } = component;
  const body = flow(el("div.panel-body"), { padding: "8px 12px 12px 12px", ...component }, ctx);
  const arrow = el("span.panel-arrow", {}, header.icon ? cardIcon(header.icon, 14, ctx) : icon("down", 14));
  const place = ["left", "right", "follow_text"].includes(header.icon_position) ? header.icon_position : "right";
  const head = el(`button.panel-head.icon-${place}.width-${/^[a-z_]+$/.test(header.width ?? "") ? header.width : "fill"}`, { type: "button" }, text(header.title, ctx), arrow);
  const node = el("div.panel", {}, head, body);
  const toggle = (open) => {
    node.classList.toggle("open", open);
    head.setAttribute("aria-expanded", String(open));
    const angle = [-180, -90, 90, 180].includes(header.icon_expanded_angle) ? header.icon_expanded_angle : 180;
    arrow.style.transform = open ? `rotate(${angle}deg)` : "";
  };
  head.addEventListener("click", () => {
    const open = !node.classList.contains("open");
    ctx.memory.set(key, open);
    toggle(open);
  });
  if (border) {
    node.style.border = `1px solid ${cssColor(border.color, ctx.card) || "var(--line)"}`;
    if (cssLength(border.corner_radius)) node.style.borderRadius = cssLength(border.corner_radius);
  }
  const css = cssBackground(header.background_color, ctx.card);
  if (css) head.style.background = css;
  if (cssLength(header.padding)) head.style.padding = cssLength(header.padding);
  background(node, component.background_color, ctx);
  toggle(ctx.memory.get(key) ?? component.expanded === true);
  return node;
}

const COMPONENTS = {
  ...INPUTS, div, markdown, img, column_set: columnSet, column, form, interactive_container: interactiveContainer, collapsible_panel: collapsiblePanel,
  hr: () => el("hr.hr"), img_combination: imgCombination, table: renderTable, chart: renderChart, person_list: personList,
  person: (component, ctx) => person(component.user_id, ctx, { avatar: component.show_avatar !== false, name: component.show_name === true }),
  plain_text: (component, ctx) => text(component, ctx), lark_md: (component, ctx) => text(component, ctx),
};

function render(component, ctx) {
  const draw = Object.hasOwn(COMPONENTS, component?.tag ?? "") ? COMPONENTS[component.tag] : null;
  const node = draw ? draw(component, ctx) : el("div.unsupported", {}, t("upgrade"));
  if (component?.tag !== "column" && cssLength(component?.margin)) node.style.margin = cssLength(component.margin);
  node.dataset.path = ctx.path;
  if (component?.element_id) node.dataset.element = component.element_id;
  node.classList.add("component");
  return node;
}

function header(spec, ctx) {
  const tags = (localised(spec, "text_tag_list") ?? []).slice(0, 3);
  const node = el(`div.card-header.c-${spec.template === "default" || !spec.template ? "none" : colorName(spec.template)}`, {},
    spec.icon ? el("span.header-icon", {}, cardIcon(spec.icon, 22, ctx)) : null,
    el("div.header-texts", {},
      el("div.header-line", {}, text(spec.title, ctx, "span.card-title"), ...tags.map((tag) => el(`span.tag.c-${colorName(tag.color ?? "blue")}`, {}, words(tag.text)))),
      words(spec.subtitle) ? text(spec.subtitle, ctx, "div.card-subtitle") : null));
  if (cssLength(spec.padding)) node.style.padding = cssLength(spec.padding);
  return node;
}

/**
 * Draws `card` into `target`, taking over the charts that stay as they are.
 * `ctx`: act(body) → accepted?, redraw(), nameOf, avatar, members(), phone(), sentAt, memory (Map that outlives redrawing).
 */
export function renderCard(target, card, outer) {
  const oldCharts = drawnCharts(target);
  const ctx = { ...outer, card, oldCharts, form: null, path: "body" };
  ctx.text = (object) => text(object, ctx, "span.text");
  ctx.icon = (spec, size) => cardIcon(spec, size, ctx);
  ctx.person = (id) => person(id, ctx);
  const mode = ["compact", "fill"].includes(card.config?.width_mode) ? card.config.width_mode : "default";
  const node = el(`div.card.width-mode-${mode}`);
  if (card.header) node.append(header(card.header, ctx));
  node.append(flow(el("div.card-body"), { elements: [], ...card.body }, ctx, { gap: 12 }));
  const link = card.card_link?.pc_url || card.card_link?.url;
  if (link) {
    node.classList.add("clickable");
    node.addEventListener("click", (event) => { if (!event.target.closest("button, a, input, textarea, label, [role=button], .panel, .table-box")) openUrl(link); });
  }
  const focus = focusIn(target);
  target.replaceChildren(node);
  focus?.();
  dispose(oldCharts.values());
}

const CONTROLS = "button, input, textarea, a[href], [tabindex]";

/** Remembers what has the focus in a card about to be redrawn, and gives it back to its successor. */
function focusIn(target) {
  const held = document.activeElement;
  const place = target.contains(held) ? held.closest("[data-path]") : null;
  if (!place) return null;
  const within = (node) => [node, ...node.querySelectorAll(CONTROLS)];
  const index = within(place).indexOf(held);
  const range = held.matches("input:not([type=checkbox]), textarea") ? [held.selectionStart, held.selectionEnd] : null;
  return () => {
    const node = target.querySelector(`[data-path="${CSS.escape(place.dataset.path)}"]`);
    const next = node && within(node)[index];
    if (next?.tagName !== held.tagName) return;
    next.focus({ preventScroll: true });
    if (range) next.setSelectionRange(...range);
  };
}

/** The line a chat list shows for a card. */
export function cardSummary(card) {
  return words(card?.config?.summary) || words(card?.header?.title) || `[${t("card")}]`;
}
