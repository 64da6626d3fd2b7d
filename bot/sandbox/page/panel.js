/** The panel beside the chat: what travels, what is broken on purpose, and the log files. */

import { api } from "./api.js";
import { el, icon, toast } from "./dom.js";
import { t } from "./texts.js";

const KEPT_CALLS = 300;
const KEPT_LINES = 500;

const pretty = (value) => {
  if (value === null || value === undefined || value === "") return "—";
  if (typeof value !== "string") return JSON.stringify(value, null, 2);
  try { return JSON.stringify(JSON.parse(value), null, 2); } catch { return value; }
};

const seconds = (ms) => {
  const at = new Date(ms);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
};

export class Panel {
  open = null;
  calls = [];
  faults = [];
  files = [];
  filter = "";

  constructor(node, onchange) {
    this.node = node;
    this.onchange = onchange;
  }

  async start() {
    const [{ calls }, { faults }, { files }] = await Promise.all([api.calls(0), api.faults(), api.logs()]);
    Object.assign(this, { calls, faults, files });
    this.draw();
  }

  shows(tab) { return this.open === tab; }
  toggle(tab) { this.open = this.open === tab ? null : tab; this.draw(); this.onchange(); }
  close() { this.open = null; this.draw(); this.onchange(); }

  draw() {
    this.node.hidden = !this.open;
    if (!this.open) { this.node.replaceChildren(); return; }
    const tab = (name) => el("button.tab" + (this.open === name ? ".active" : ""), { type: "button", dataset: { tab: name }, onclick: () => { if (this.open !== name) this.toggle(name); } }, t(name));
    this.body = el("div.panel-content");
    this.node.replaceChildren(el("div.grip"), el("header.tabs", {}, tab("calls"), tab("faults"), tab("logs"), el("span.rail-space"),
      el("button.ghost", { type: "button", "aria-label": t("close"), onclick: () => this.close() }, icon("close", 16))), this.body);
    ({ calls: () => this.drawCalls(), faults: () => this.drawFaults(), logs: () => this.drawLogs() })[this.open]();
  }

  drawCalls() {
    const field = el("input.field", { type: "search", placeholder: t("filter"), value: this.filter, oninput: () => { this.filter = field.value; list(); } });
    this.list = el("div.calls");
    const list = () => {
      const shown = this.calls.filter((call) => this.matches(call)).reverse();
      this.list.replaceChildren(...(shown.length ? shown.map((call) => this.call(call)) : [el("div.empty", {}, t("noCalls"))]));
    };
    this.body.replaceChildren(el("div.panel-bar", {}, field), this.list);
    list();
  }

  matches(call) { return `${call.method ?? ""} ${call.path ?? ""}`.toLowerCase().includes(this.filter.toLowerCase()); }

  call(call) {
    const bad = call.unknown || call.status >= 400 || (call.code ?? 0) !== 0;
    const inward = call.direction === "in";
    const detail = el("div.call-detail");
    const node = el("details.call" + (bad ? ".bad" : "") + (call.unknown ? ".unknown" : ""), {
      dataset: { call: call.id },
      ontoggle: () => {
        if (!node.open || detail.childNodes.length) return;
        detail.append(el("div.call-label", {}, `${inward ? t("fromBot") : t("toBot")} · ${call.kind} · ${call.path}`), el("div.call-label", {}, t("request")), el("pre.json", {}, pretty(call.request)),
          el("div.call-label", {}, t("response")), el("pre.json", {}, pretty(call.response)));
      },
    }, el("summary", {},
      el("span.call-way" + (inward ? ".in" : ".out"), { title: inward ? t("fromBot") : t("toBot") }, inward ? "↑" : "↓"),
      el("span.call-path", { title: call.path }, call.method ? el("b", {}, call.method) : null, ` ${String(call.path ?? "").split("?")[0]}`, call.unknown ? el("span.tag.c-red", {}, t("unknownApi")) : null),
      el("span.call-code", {}, [call.status, call.code].filter((value) => value !== null && value !== undefined).join(" / ") || "—"),
      el("span.call-ms", {}, call.ms === null || call.ms === undefined ? "" : `${call.ms < 10 ? call.ms.toFixed(1) : Math.round(call.ms)} ms`), el("span.call-time", {}, seconds(call.time))), detail);
    return node;
  }

  /** A call from the stream: new, or answered meanwhile; says whether it was new. */
  onCall(call) {
    const known = this.calls.findIndex((other) => other.id === call.id);
    if (known >= 0) this.calls[known] = call;
    else this.calls = [...this.calls, call].slice(-KEPT_CALLS);
    if (this.open === "calls" && this.matches(call)) this.showCall(call);
    return known < 0;
  }

  showCall(call) {
    const old = this.list.querySelector(`[data-call="${CSS.escape(String(call.id))}"]`);
    if (old) { const node = this.call(call); node.open = old.open; old.replaceWith(node); return; }
    this.list.querySelector(".empty")?.remove();
    this.list.prepend(this.call(call));
    while (this.list.childElementCount > KEPT_CALLS) this.list.lastElementChild.remove();
  }

  setFaults(faults) {
    this.faults = faults;
    if (this.open === "faults" && !this.body.contains(document.activeElement?.closest("input.field"))) this.drawFaults();
  }

  drawFaults() {
    this.body.replaceChildren(...(this.faults.length ? this.faults.map((fault) => this.fault(fault)) : [el("div.empty", {}, t("noFaults"))]));
  }

  fault(fault) {
    const on = el("input.switch", { type: "checkbox", role: "switch", checked: fault.active, "aria-label": fault.label });
    const where = el("input.field", { type: "text", value: fault.api ?? "*" });
    const rate = el("input.field.short", { type: "number", min: 0, max: 1, step: 0.1, value: fault.rate ?? 1 });
    const count = el("input.field.short", { type: "number", min: 1, step: 1, value: fault.count ?? "", placeholder: t("unlimited") });
    const set = async () => {
      try {
        const answer = await api.setFault({ name: fault.name, active: on.checked, api: where.value.trim() || "*", rate: Number(rate.value), count: count.value === "" ? null : Number(count.value) });
        if (answer.faults) this.setFaults(answer.faults);
      } catch (error) { toast("error", error.message); on.checked = fault.active; }
    };
    for (const input of [on, where, rate, count]) input.addEventListener("change", () => { if (input === on || on.checked) set(); });
    return el("div.fault" + (fault.active ? ".active" : ""), { dataset: { fault: fault.name } },
      el("label.fault-head", {}, el("span", {}, fault.label || fault.name, el("small", {}, fault.name)), on),
      el("div.fault-knobs", {}, el("label", {}, t("api"), where), el("label", {}, t("rate"), rate), el("label", {}, t("count"), count)));
  }

  drawLogs() {
    if (!this.files.length) { this.body.replaceChildren(el("div.empty", {}, t("noLogs"))); return; }
    this.tails = new Map();
    this.body.replaceChildren(...this.files.map((file) => {
      const tail = el("pre.tail", {}, ...file.lines.map((line) => this.line(line)));
      this.tails.set(file.path, tail);
      const field = el("input.field", { type: "text", placeholder: t("writeLine"), "aria-label": t("writeLine"), spellcheck: false });
      field.addEventListener("keydown", async (event) => {
        if (event.key !== "Enter" || event.isComposing || !field.value) return;
        const line = field.value;
        field.value = "";
        try { await api.writeLine(file.path, line); } catch (error) { field.value = line; toast("error", error.message); }
      });
      return el("div.log", { dataset: { log: file.path } }, el("div.log-head", {}, icon("file", 14), el("b", {}, file.name), el("small", { title: file.path }, file.path)), tail, field);
    }));
    for (const tail of this.tails.values()) tail.scrollTop = tail.scrollHeight;
  }

  line(text) {
    const level = /\b(PANIC|FATAL|CRITICAL|ERROR)\b/.test(text) ? ".bad" : /\b(WARN|WARNING|TIMEOUT)\b/.test(text) ? ".warn" : "";
    return el(`div.log-line${level}`, {}, text || " ");
  }

  onLog({ path, lines }) {
    const file = this.files.find((one) => one.path === path);
    if (!file) return;
    file.lines = [...file.lines, ...lines].slice(-KEPT_LINES);
    const tail = this.open === "logs" ? this.tails?.get(path) : null;
    if (!tail) return;
    const stuck = tail.scrollHeight - tail.scrollTop - tail.clientHeight < 30;
    tail.append(...lines.map((line) => this.line(line)));
    while (tail.childElementCount > KEPT_LINES) tail.firstElementChild.remove();
    if (stuck) tail.scrollTop = tail.scrollHeight;
  }
}
