/** The panel beside the chat: what travels, what is broken on purpose, and the log files. */

import { api } from "./api.js";
import { Calls } from "./calls.js";
import { drawConsole } from "./console.js";
import { el, refill, rove, toast } from "./dom.js";
import { icon } from "./icons.js";
import { lang, t } from "./texts.js";

const KEPT_LINES = 500;
const TABS = ["calls", "faults", "logs", "app"];
/** Where a fault may strike, offered while its API is typed. */
const APIS = ["*", "/open-apis/im/v1/messages", "/open-apis/im/v1/chats", "/open-apis/im/v1/images", "/open-apis/auth/v3/tenant_access_token", "/open-apis/interactive/v1/card/update", "/open-apis/bot/v3/info", "/open-apis/contact/v3/users", "/callback/ws/endpoint", "im.message.receive_v1", "card.action.trigger"];

export class Panel {
  open = null;
  calls = new Calls();
  faults = [];
  files = [];

  constructor(node, owner, onchange) {
    this.node = node;
    this.owner = owner;
    this.onchange = onchange;
    node.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.defaultPrevented) this.close(); });
  }

  get faultsOn() { return this.faults.filter((fault) => fault.active).length; }

  async start() {
    const [{ calls }, { faults }, { files }] = await Promise.all([api.calls(0), api.faults(), api.logs()]);
    this.calls.set(calls);
    Object.assign(this, { faults, files });
    this.draw();
  }

  shows(tab) { return this.open === tab; }
  toggle(tab) { this.open = this.open === tab ? null : tab; this.draw(); this.onchange(); }

  close() {
    const [held, from] = [this.node.contains(document.activeElement), this.open];
    this.open = null;
    this.draw();
    this.onchange();
    if (held) document.querySelector(`#rail [data-key="${from}"]`)?.focus();
  }

  draw() {
    this.node.hidden = !this.open;
    if (!this.open) { this.node.replaceChildren(); return; }
    const choose = (name) => { if (this.open !== name) this.toggle(name); };
    const tab = (name) => el("button.tab" + (this.open === name ? ".active" : ""), {
      type: "button", role: "tab", id: this.open === name ? "panel-tab" : null, "aria-selected": String(this.open === name), "aria-controls": "panel-content", dataset: { tab: name, key: `tab-${name}` }, onclick: () => choose(name),
    }, t(name));
    const tabs = el("div.tab-list", { role: "tablist", onkeydown: (event) => this.onArrow(event, choose) }, ...TABS.map(tab));
    this.body = el("div.panel-content", { id: "panel-content", role: "tabpanel", "aria-labelledby": "panel-tab" });
    refill(this.node, el("div.grip"), el("header.tabs", {}, tabs, el("span.rail-space"),
      el("button.ghost", { type: "button", "aria-label": t("close"), onclick: () => this.close() }, icon("close", 16))), this.body);
    rove(tabs, ".tab");
    ({ calls: () => this.calls.draw(this.body), faults: () => this.drawFaults(), logs: () => this.drawLogs(), app: () => this.drawApp() })[this.open]();
  }

  onArrow(event, choose) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    choose(TABS[(TABS.indexOf(this.open) + step + TABS.length) % TABS.length]);
    this.node.querySelector("#panel-tab").focus();
  }

  /** A call from the stream; says whether it was new. */
  onCall(call) { return this.calls.add(call, this.open === "calls"); }

  setFaults(faults) {
    this.faults = faults;
    if (this.open === "faults" && !this.body.contains(document.activeElement?.closest("input.field"))) this.drawFaults();
  }

  /** The town has changed. */
  onState() { if (this.open === "app") this.drawApp(); }

  drawApp() {
    const { state, current } = this.owner;
    const chat = state.chats.find((one) => one.chat_id === current && one.chat_mode === "group");
    drawConsole(this.body, state, { chat, refresh: () => this.owner.refresh() });
  }

  drawFaults() {
    const off = el("button.button.default.small", { type: "button", dataset: { key: "off" }, disabled: !this.faultsOn, onclick: () => this.switchOff() }, t("resetFaults"));
    const places = el("datalist", { id: "apis" }, ...APIS.map((value) => el("option", { value })));
    refill(this.body, ...(this.faults.length ? [el("div.panel-bar", {}, el("span.panel-count", {}, `${this.faultsOn} / ${this.faults.length} ${t("active")}`), off), places, ...this.faults.map((fault) => this.fault(fault))] : [el("div.empty", {}, t("noFaults"))]));
  }

  async switchOff() {
    for (const fault of this.faults.filter((one) => one.active))
      await api.setFault({ ...fault, active: false }).catch((error) => toast("error", error.message));
    this.setFaults((await api.faults()).faults);
    this.onchange();
  }

  fault(fault) {
    const label = lang() === "zh" ? fault.label || fault.name : fault.name.replaceAll("_", " ");
    const on = el("input.switch", { type: "checkbox", role: "switch", checked: fault.active, "aria-label": label, dataset: { key: fault.name } });
    const where = el("input.field", { type: "text", value: fault.api ?? "*", spellcheck: false });
    where.setAttribute("list", "apis");
    const rate = el("input.field.short", { type: "number", min: 0, max: 1, step: 0.1, value: fault.rate ?? 1 });
    const count = el("input.field.short", { type: "number", min: 1, step: 1, value: fault.count ?? "", placeholder: t("unlimited") });
    const set = async () => {
      try {
        const answer = await api.setFault({ name: fault.name, active: on.checked, api: where.value.trim() || "*", rate: Number(rate.value), count: count.value === "" ? null : Number(count.value) });
        if (answer.faults) { this.setFaults(answer.faults); this.onchange(); }
      } catch (error) { toast("error", error.message); on.checked = fault.active; }
    };
    for (const input of [on, where, rate, count]) input.addEventListener("change", () => { if (input === on || on.checked) set(); });
    return el("div.fault" + (fault.active ? ".active" : ""), { role: "group", "aria-label": label, dataset: { fault: fault.name } },
      el("label.fault-head", {}, el("span", {}, label, lang() === "zh" ? el("small", {}, fault.name) : null), on),
      el("div.fault-knobs", {}, el("label", {}, t("api"), where), el("label", {}, t("rate"), rate), el("label", {}, t("count"), count)));
  }

  drawLogs() {
    if (!this.files.length) { this.body.replaceChildren(el("div.empty", {}, t("noLogs"))); return; }
    this.tails = new Map();
    this.body.replaceChildren(...this.files.map((file) => {
      const tail = el("pre.tail", { tabIndex: 0, role: "log", "aria-live": "off", "aria-label": file.name }, ...file.lines.map((line) => this.line(line)));
      this.tails.set(file.path, tail);
      const field = el("input.field", { type: "text", placeholder: t("writeLine"), "aria-label": `${t("writeLine")}: ${file.name}`, spellcheck: false });
      const write = async () => {
        const line = field.value;
        if (!line) { field.value = "ERROR "; field.focus(); return; }
        field.value = "";
        try { await api.writeLine(file.path, line); } catch (error) { field.value = line; toast("error", error.message); }
      };
      field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing && field.value) write(); });
      return el("div.log", { dataset: { log: file.path } }, el("div.log-head", {}, icon("file", 14), el("b", {}, file.name), el("small", { title: file.path }, file.path)), tail,
        el("div.log-write", {}, field, el("button.button.default", { type: "button", onclick: write }, t("write"))));
    }));
    for (const tail of this.tails.values()) tail.scrollTop = tail.scrollHeight;
  }

  line(text) {
    const level = /\b(PANIC|FATAL|CRITICAL|ERROR)\b|"level": ?"(error|fatal|panic|critical)"/i.test(text) ? ".bad" : /\b(WARN|WARNING|TIMEOUT)\b/.test(text) ? ".warn" : "";
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
