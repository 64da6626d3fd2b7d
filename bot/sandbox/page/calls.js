/** The list of everything that travels between the bot and the sandbox, to be searched and opened. */

import { el, toast } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

const KEPT = 300;
const KINDS = {
  everything: () => true, apiCalls: (call) => call.direction === "in" && call.kind !== "frame", pushes: (call) => call.direction === "out" && call.kind !== "frame",
  frames: (call) => call.kind === "frame",
  problems: (call) => isBad(call), unknownOnly: (call) => call.unknown,
};

const isBad = (call) => call.unknown || call.status >= 400 || (call.code ?? 0) !== 0;

const pretty = (value) => {
  if (value === null || value === undefined || value === "") return "—";
  if (typeof value !== "string") return JSON.stringify(unfolded(value), null, 2);
  try { return JSON.stringify(unfolded(JSON.parse(value)), null, 2); } catch { return value; }
};

/** Feishu carries JSON in strings (`content`): shown as what it is. */
function unfolded(value) {
  if (Array.isArray(value)) return value.map(unfolded);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unfolded(one)]));
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value;
  try { return unfolded(JSON.parse(value)); } catch { return value; }
}

const seconds = (ms) => {
  const at = new Date(ms);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
};

/** The path without what all have in common, its long ids cut in the middle. */
const short = (path) => String(path ?? "").split("?")[0].replace(/^\/open-apis\//, "/").replace(/\b((?:om|oc|ou|img|c)[_-][\w-]{4})[\w-]{8,}([\w-]{4})\b/g, "$1…$2");

export class Calls {
  list = [];
  texts = new WeakMap();
  search = "";
  kind = "everything";

  set(calls) { this.list = calls; }

  draw(body) {
    const field = el("input.field", { type: "search", placeholder: t("filter"), "aria-label": t("filter"), value: this.search, oninput: () => { this.search = field.value; this.fill(); } });
    const chip = (kind) => el("button.kind", { type: "button", dataset: { kind }, "aria-pressed": String(this.kind === kind), onclick: () => { this.kind = kind; for (const one of chips.children) one.setAttribute("aria-pressed", String(one.dataset.kind === kind)); this.fill(); } }, t(kind));
    const chips = el("div.kinds", {}, ...Object.keys(KINDS).map(chip));
    const clear = el("button.ghost", { type: "button", title: t("clear"), "aria-label": t("clear"), onclick: () => { this.list = []; this.fill(); } }, icon("trash", 16));
    this.box = el("div.calls");
    this.count = el("span.panel-count", { "aria-live": "polite" });
    body.replaceChildren(el("div.panel-bar", {}, field, clear), el("div.panel-bar", {}, chips, this.count), this.box);
    this.fill();
  }

  shown() { return this.list.filter((call) => this.matches(call)); }

  fill() {
    const shown = this.shown().reverse();
    this.box.replaceChildren(...(shown.length ? shown.map((call) => this.row(call)) : [el("div.empty", {}, t("noCalls"))]));
    this.tell(shown.length);
  }

  tell(shown) { this.count.textContent = shown === this.list.length ? String(shown) : `${shown} / ${this.list.length}`; }

  matches(call) {
    if (!KINDS[this.kind](call)) return false;
    const wanted = this.search.trim().toLowerCase();
    if (!wanted) return true;
    if (!this.texts.has(call)) this.texts.set(call, [call.kind, call.method, call.path, call.status, call.code, JSON.stringify(call.request), JSON.stringify(call.response)].join(" ").toLowerCase().replaceAll("\\", ""));
    const text = this.texts.get(call);
    return wanted.split(/\s+/).every((word) => text.includes(word));
  }

  row(call) {
    const inward = call.direction === "in";
    const detail = el("div.call-detail");
    const part = (name, value) => {
      const text = pretty(value);
      const copy = el("button.ghost.copy", { type: "button", title: t("copy"), "aria-label": `${t("copy")}: ${name}`, onclick: () => navigator.clipboard.writeText(text).then(() => toast("success", t("copied")), (error) => toast("error", error.message)) }, icon("copy", 14));
      return [el("div.call-label", {}, el("span", {}, name), copy), el("pre.json", { tabIndex: 0 }, text)];
    };
    const node = el("details.call" + (isBad(call) ? ".bad" : "") + (call.unknown ? ".unknown" : ""), {
      dataset: { call: call.id },
      ontoggle: () => {
        if (!node.open || detail.childNodes.length) return;
        detail.append(el("div.call-whole", {}, `${inward ? t("fromBot") : t("toBot")} · ${call.kind} · ${call.path}`), ...part(t("request"), call.request), ...part(t("response"), call.response));
      },
    }, el("summary", {},
      el("span.call-way" + (inward ? ".in" : ".out"), { title: inward ? t("fromBot") : t("toBot"), role: "img", "aria-label": inward ? t("fromBot") : t("toBot") }, inward ? "↑" : "↓"),
      el("span.call-main", {},
        el("span.call-path", { title: call.path }, call.method ? el("b", {}, call.method) : null, ` ${call.unknown ? call.path : short(call.path)}`),
        el("span.call-facts", {}, call.unknown ? el("span.tag.c-red", {}, t("unknownApi")) : null,
          call.kind === "frame" ? null : el("span.call-code", {}, [call.status, call.code].filter((value) => value !== null && value !== undefined).join(" / ") || "—"),
          el("span", {}, call.kind), el("span", {}, call.kind === "frame" || call.ms === null || call.ms === undefined ? "" : `${call.ms < 10 ? call.ms.toFixed(1) : Math.round(call.ms)} ms`),
          el("span.call-time", {}, seconds(call.time))))), detail);
    return node;
  }

  /** A call from the stream: new, or answered meanwhile; says whether it was new. */
  add(call, open) {
    const known = this.list.findIndex((other) => other.id === call.id);
    if (known >= 0) this.list[known] = call;
    else this.list = [...this.list, call].slice(-KEPT);
    if (open && this.matches(call)) this.showOne(call);
    if (open) this.tell(this.box.querySelectorAll(".call").length);
    return known < 0;
  }

  showOne(call) {
    const old = this.box.querySelector(`[data-call="${CSS.escape(String(call.id))}"]`);
    if (old) { const node = this.row(call); node.open = old.open; old.replaceWith(node); return; }
    this.box.querySelector(".empty")?.remove();
    this.box.prepend(this.row(call));
    while (this.box.childElementCount > KEPT) this.box.lastElementChild.remove();
  }
}
