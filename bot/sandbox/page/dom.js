/** Builds DOM nodes; text only ever becomes text. */

import { icon } from "./icons.js";

/** el("div.a.b", {title, onclick, dataset, …}, ...children); strings become text nodes. */
export function el(selector, props = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "dataset") Object.assign(node.dataset, value);
    else if (key in node && !key.includes("-") && key !== "role" && key !== "list") node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const FOCUSABLE = "button, input, textarea, select, summary, a[href], [tabindex]";
const usable = (node) => !node.disabled && node.getClientRects().length > 0;

/** Puts `children` into `box`; the focus stays on what takes the place of what had it. */
export function refill(box, ...children) {
  const held = box.contains(document.activeElement) ? document.activeElement : null;
  const name = held && (held.id || held.dataset.chat || held.dataset.key);
  const index = held ? [...box.querySelectorAll(FOCUSABLE)].indexOf(held) : -1;
  box.replaceChildren(...children.filter((child) => child !== null && child !== undefined));
  if (!held) return;
  const all = [...box.querySelectorAll(FOCUSABLE)];
  (all.find((node) => name && [node.id, node.dataset.chat, node.dataset.key].includes(name)) ?? (name ? null : all[index]))?.focus({ preventScroll: true });
}

/** Says something to screen readers only. */
export function announce(text) {
  const node = el("div", {}, text);
  document.getElementById("news").append(node);
  setTimeout(() => node.remove(), 5000);
}

/**
 * Arrow keys, Home and End move among the `selector`s in `box`, and Tab stops at one of them only;
 * `columns` > 1 makes a grid of them. `onleave(step)` is asked when a step leads outside.
 */
export function rove(box, selector, { columns = 1, onleave } = {}) {
  const items = () => [...box.querySelectorAll(selector)].filter(usable);
  const stop = (wanted) => { for (const item of box.querySelectorAll(selector)) item.tabIndex = item === wanted ? 0 : -1; };
  box.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(event.target.closest(selector));
    if (at < 0) return;
    const steps = columns > 1 ? { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns } : { ArrowUp: -1, ArrowDown: 1 };
    let to = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : event.key in steps ? at + steps[event.key] : null;
    if (to === null) return;
    event.preventDefault();
    if (onleave && !all[to]) { onleave(steps[event.key]); return; }
    to = columns > 1 ? Math.max(0, Math.min(to, all.length - 1)) : (to + all.length) % all.length;
    all[to].focus();
  });
  box.addEventListener("focusin", (event) => { const item = event.target.closest(selector); if (item) stop(item); });
  stop(box.querySelector(`${selector}:is(.chosen, .active, .today, [aria-checked=true], [aria-selected=true])`) ?? box.querySelector(selector));
}

/** Whether a popup of something in `node` is open, so that redrawing it would tear it out. */
export const holdsPopup = (node) => Boolean(openPopup && node.contains(openPopup.anchor));
const waiting = new Set();
/** Calls `work` once, when the open popup has closed. */
export const afterPopup = (work) => { waiting.add(work); };

let openPopup = null;

/** Shows `content` at `anchor` until a click outside, Escape or close(); one popup at a time. */
export function popup(anchor, content, { matchWidth = false, alignRight = false, onclose } = {}) {
  openPopup?.close();
  const box = el("div.popup", {}, content);
  (anchor.closest("dialog") ?? document.body).append(box);
  const place = () => {
    const at = anchor.getBoundingClientRect();
    if (matchWidth) box.style.width = `${at.width}px`;
    const size = box.getBoundingClientRect();
    const left = alignRight ? at.right - size.width : at.left;
    const below = at.bottom + 4 + size.height <= innerHeight || at.top < size.height;
    box.style.left = `${Math.max(8, Math.min(left, innerWidth - size.width - 8))}px`;
    box.style.top = `${Math.max(8, below ? Math.min(at.bottom + 4, innerHeight - size.height - 8) : at.top - size.height - 4)}px`;
  };
  const back = () => (anchor.isConnected ? anchor : document.getElementById(anchor.id || "-"))?.focus({ preventScroll: true });
  const away = (event) => { if (!box.contains(event.target) && !anchor.contains(event.target)) close(); };
  const key = (event) => {
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
    if (event.key !== "Tab") return;
    const stops = [...box.querySelectorAll(FOCUSABLE)].filter((node) => node.tabIndex >= 0 && usable(node));
    const leaves = event.shiftKey ? stops[0] : stops.at(-1);
    if (!stops.length || box.querySelector(".menu")) { close(); return; }
    if (document.activeElement !== leaves && box.contains(document.activeElement)) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  };
  const scrolled = (event) => { if (!box.contains(event.target) && anchor.isConnected) place(); };
  const focus = () => (box.querySelector("[tabindex='0']") ?? box.querySelector(FOCUSABLE))?.focus({ preventScroll: true });
  function close() {
    if (!box.isConnected) return;
    if (box.contains(document.activeElement) || document.activeElement === document.body) back();
    box.remove();
    document.removeEventListener("pointerdown", away, true);
    document.removeEventListener("keydown", key, true);
    document.removeEventListener("scroll", scrolled, true);
    if (openPopup?.close === close) openPopup = null;
    onclose?.();
    const late = [...waiting];
    waiting.clear();
    for (const work of late) queueMicrotask(work);
  }
  document.addEventListener("pointerdown", away, true);
  document.addEventListener("keydown", key, true);
  document.addEventListener("scroll", scrolled, true);
  openPopup = { close, anchor };
  place();
  focus();
  return { close, place, focus, box };
}

/** A popup of rows: [{text, note, icon, danger, checked, disabled, run}] under an optional `head`. */
export function menu(anchor, rows, { head, label, ...options } = {}) {
  const list = el("div.menu", { role: "menu", "aria-label": label ?? anchor.getAttribute("aria-label") ?? null }, head);
  const one = rows.some((row) => row.checked !== undefined);
  for (const row of rows) {
    list.append(el("button.menu-row" + (row.danger ? ".danger" : ""), {
      type: "button", role: one ? "menuitemradio" : "menuitem", "aria-checked": one ? String(Boolean(row.checked)) : null, disabled: row.disabled, title: row.title,
      onclick: () => { shown.close(); row.run(); },
    }, row.icon ?? null, el("span", {}, row.text), row.note ?? null, row.checked ? icon("check", 14) : null));
  }
  rove(list, "[role^=menuitem]");
  anchor.setAttribute("aria-expanded", "true");
  const shown = popup(anchor, list, { ...options, onclose: () => anchor.setAttribute("aria-expanded", "false") });
  return shown;
}

let dialogs = 0;

/** A modal dialog; resolves with the value of the pressed button, null when dismissed. */
export function dialog(title, content, buttons) {
  return new Promise((resolve) => {
    const id = `dialog-${dialogs += 1}`;
    const before = document.activeElement;
    let answer = null;
    const node = el("dialog.dialog", { "aria-labelledby": id, onclose: () => { node.remove(); if (before?.isConnected) before.focus({ preventScroll: true }); resolve(answer); } });
    const press = ({ value }) => { answer = typeof value === "function" ? value() : value; node.close(); };
    node.append(
      el("div.dialog-title", { id }, title), el("div.dialog-body", {}, content),
      el("div.dialog-buttons", {}, ...buttons.map((one) => el(`button.button.${one.kind ?? "default"}`, { type: "button", onclick: () => press(one) }, one.text))));
    node.addEventListener("keydown", (event) => {
      const main = buttons.find((one) => one.kind);
      if (event.key === "Enter" && !event.isComposing && event.target.matches("input[type=text]") && main) { event.preventDefault(); press(main); }
    });
    node.addEventListener("pointerdown", (event) => { if (event.target === node) node.close(); });
    document.body.append(node);
    node.showModal();
  });
}

const TOAST_ICONS = { info: "info", success: "checkCircle", error: "closeCircle", warning: "warn" };

export function toast(type, content, code) {
  const kind = TOAST_ICONS[type] ? type : "info";
  const node = el(`div.toast.${kind}`, { role: "status" }, icon(TOAST_ICONS[kind], 18), el("span", {}, content),
    code ? el("span.toast-code", {}, `code: ${code}`) : null);
  const stay = kind === "error" ? 6000 : 3600;
  document.getElementById("toasts").append(node);
  setTimeout(() => node.classList.add("leaving"), stay);
  setTimeout(() => node.remove(), stay + 400);
}
