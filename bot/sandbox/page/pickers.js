/** Popups that pick a date, a time (24 hours) or both. */

import { el, popup, rove } from "./dom.js";
import { icon } from "./icons.js";
import { lang, t } from "./texts.js";

const pad = (number) => String(number).padStart(2, "0");
const dayText = (at) => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;

function calendar(value, choose) {
  const start = /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(`${value}T00:00`) : new Date();
  let shown = new Date(start.getFullYear(), start.getMonth(), 1);
  const box = el("div.calendar");
  const draw = () => {
    const turn = (months) => { shown = new Date(shown.getFullYear(), shown.getMonth() + months, 1); draw(); };
    const step = (months, name) => el("button.pager-step", {
      type: "button", "aria-label": t(months < 0 ? "prevMonth" : "nextMonth"), onclick: () => { turn(months); box.querySelector(`.pager-step:${months < 0 ? "first" : "last"}-of-type`).focus(); },
    }, icon(name, 16));
    const title = lang() === "zh" ? `${shown.getFullYear()}年${shown.getMonth() + 1}月` : shown.toLocaleString("en-US", { month: "long", year: "numeric" });
    const days = el("div.days", { role: "group", "aria-label": title }, ...[...t("week")].map((name) => el("span.weekday", { "aria-hidden": "true" }, name)));
    for (let index = 0; index < 42; index += 1) {
      const day = new Date(shown.getFullYear(), shown.getMonth(), index + 1 - shown.getDay());
      const text = dayText(day);
      const other = day.getMonth() !== shown.getMonth() ? ".other" : "";
      const today = text === dayText(new Date()) ? ".today" : "";
      days.append(el(`button.day${other}${today}${text === value ? ".chosen" : ""}`, {
        type: "button", dataset: { day: text }, "aria-label": text, "aria-pressed": String(text === value), onclick: () => { value = text; draw(); focusDay(text); choose(text); },
      }, String(day.getDate())));
    }
    box.replaceChildren(el("div.calendar-head", {}, step(-1, "left"), el("span", { "aria-live": "polite" }, title), step(1, "right")), days);
    rove(days, ".day", { columns: 7, onleave: (days) => { const from = new Date(`${document.activeElement.dataset.day}T00:00`); from.setDate(from.getDate() + days); turn(Math.sign(days)); focusDay(dayText(from)); } });
  };
  const focusDay = (text) => box.querySelector(`[data-day="${text}"]`)?.focus();
  draw();
  return box;
}

function clock(value, choose) {
  let [hour, minute] = /^\d{2}:\d{2}$/.test(value) ? value.split(":") : ["", ""];
  const column = (count, kind, current) => {
    const list = el("div.clock-column", { role: "listbox", "aria-label": t(kind), dataset: { unit: kind } });
    for (let index = 0; index < count; index += 1) {
      const text = pad(index);
      list.append(el("button.clock-row" + (text === current ? ".chosen" : ""), {
        type: "button", role: "option", "aria-selected": String(text === current), dataset: { value: text },
        onclick: (event) => {
          for (const row of list.children) { row.classList.toggle("chosen", row === event.currentTarget); row.setAttribute("aria-selected", String(row === event.currentTarget)); }
          if (kind === "hour") hour = text; else minute = text;
          choose(`${hour || "00"}:${minute || "00"}`);
        },
      }, text));
    }
    rove(list, ".clock-row");
    return list;
  };
  const box = el("div.clock", {}, column(24, "hour", hour), column(60, "minute", minute));
  requestAnimationFrame(() => {
    for (const row of box.querySelectorAll(".chosen")) row.parentElement.scrollTop = row.offsetTop - row.parentElement.offsetTop - 64;
  });
  return box;
}

/** Opens the picker for `kind` (date | time | datetime); `choose` gets "YYYY-MM-DD", "HH:mm" or both. */
export function pick(anchor, kind, value, choose) {
  let [day, time] = kind === "time" ? ["", value] : String(value).split(" ");
  let shown = null;
  const done = () => {
    shown.close();
    choose(kind === "date" ? day : kind === "time" ? time : `${day || dayText(new Date())} ${time || "00:00"}`);
  };
  const parts = el("div.picker");
  if (kind !== "time") parts.append(calendar(day ?? "", (text) => { day = text; if (kind === "date") done(); }));
  if (kind !== "date") parts.append(clock(time ?? "", (text) => { time = text; }));
  const box = el("div", { role: "dialog", "aria-label": t(kind === "time" ? "pickTime" : "pickDate") }, parts, kind === "date" ? null : el("div.picker-foot", {}, el("button.button.primary.small", { type: "button", onclick: () => { time ||= "00:00"; done(); } }, t("confirm"))));
  shown = popup(anchor, box);
}
