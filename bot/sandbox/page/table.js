/** The table component: typed cells, formats and paging. */

import { colorName, cssColor, cssLength } from "./colors.js";
import { el, refill } from "./dom.js";
import { icon } from "./icons.js";
import { renderMarkdown } from "./markdown.js";
import { localised, t, words } from "./texts.js";

const HEIGHTS = { low: 32, middle: 40, high: 56 };

function number(value, format = {}) {
  const precision = Number.isInteger(format.precision) ? format.precision : undefined;
  const text = Number(value).toLocaleString("en-US", {
    useGrouping: format.separator === true || format.seperator === true, minimumFractionDigits: precision ?? 0, maximumFractionDigits: precision ?? 10,
  });
  return `${format.symbol ?? ""}${text}`;
}

function date(ms, format = "YYYY/MM/DD") {
  const at = new Date(Number(ms));
  const pad = (value) => String(value).padStart(2, "0");
  const parts = { YYYY: at.getFullYear(), MM: pad(at.getMonth() + 1), DD: pad(at.getDate()), HH: pad(at.getHours()), mm: pad(at.getMinutes()), ss: pad(at.getSeconds()) };
  return format.replace(/YYYY|MM|DD|HH|mm|ss/g, (key) => parts[key]);
}

function cell(value, column, ctx) {
  const node = el("div.cell");
  if (value === null || value === undefined || value === "") return node;
  switch (column.data_type) {
    case "markdown": case "lark_md": return renderMarkdown(node, value, ctx);
    case "number": node.append(typeof value === "number" ? number(value, column.format) : String(value)); break;
    case "options":
      for (const option of Array.isArray(value) ? value : [{ text: value }])
        node.append(el(`span.tag.c-${colorName(option?.color)}`, {}, String(option?.text ?? option)));
      break;
    case "persons":
      for (const id of [value].flat()) node.append(ctx.person(id?.id ?? id));
      break;
    case "date": node.append(date(value, column.date_format)); break;
    default: node.append(typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  return node;
}

export function renderTable(component, ctx) {
  const columns = component.columns ?? [];
  const rows = component.rows ?? [];
  const size = Math.max(1, Math.min(component.page_size ?? 5, 10));
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const key = `table:${ctx.path}`;
  const head = component.header_style ?? {};
  const body = el("tbody");
  const table = el("table.table" + (component.freeze_first_column ? ".frozen" : ""), {}, el("thead", {}, el("tr", {}, ...columns.map((column) => {
    const node = el("th", { scope: "col" }, words(localised(column, "display_name") ?? column.name));
    node.style.textAlign = column.horizontal_align ?? head.text_align ?? "left";
    if (head.text_color) node.style.color = cssColor(head.text_color, ctx.card);
    if (head.bold === false) node.style.fontWeight = "400";
    if (head.background_style === "none") node.style.background = "transparent";
    const width = cssLength(column.width) || (/^\d{1,3}%$/.test(column.width ?? "") ? column.width : "");
    if (width) node.style.width = node.style.minWidth = width;
    return node;
  }))), body);
  const pager = el("div.pager");
  const show = (page) => {
    ctx.memory.set(key, page);
    body.replaceChildren(...rows.slice(page * size, page * size + size).map((row) => {
      const line = el("tr", {}, ...columns.map((column) => {
        const node = el("td", {}, cell(row?.[column.name], column, ctx));
        node.style.textAlign = column.horizontal_align ?? "left";
        node.style.verticalAlign = { top: "top", bottom: "bottom" }[column.vertical_align] ?? "middle";
        return node;
      }));
      const height = HEIGHTS[component.row_height] ?? parseInt(component.row_height, 10);
      if (height) line.style.height = `${height}px`;
      return line;
    }));
    if (pages < 2) return;
    const step = (name, to) => el("button.pager-step", { type: "button", "aria-label": t(name === "left" ? "prevPage" : "nextPage"), dataset: { key: name }, disabled: to < 0 || to >= pages, onclick: () => show(to) }, icon(name, 14));
    refill(pager, el("span", {}, `${rows.length} ${t("rows")}`), step("left", page - 1), el("span", { "aria-live": "polite" }, `${page + 1} / ${pages}`), step("right", page + 1));
  };
  show(Math.min(ctx.memory.get(key) ?? 0, pages - 1));
  return el("div.table-box", {}, el("div.table-scroll", { tabIndex: 0, role: "group", "aria-label": columns.map((column) => words(localised(column, "display_name") ?? column.name)).join(", ") }, table), pages > 1 ? pager : null);
}
