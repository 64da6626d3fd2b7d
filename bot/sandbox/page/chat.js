/** One open chat: its header and its messages, kept up to date. */

import { api } from "./api.js";
import { dispose } from "./chart.js";
import { Composer } from "./composer.js";
import { afterPopup, announce, dialog, el, holdsPopup, menu, refill, toast } from "./dom.js";
import { groupMenu } from "./group.js";
import { icon } from "./icons.js";
import { EMOJI } from "./markdown.js";
import { fill, summary } from "./message.js";
import { failure, t } from "./texts.js";

const REACTIONS = ["DONE", "THUMBSUP", "OK", "ONIT", "HEART"];
const byId = (id) => document.getElementById(id);
const phoneWidth = matchMedia("(max-width: 700px)");

export class Chat {
  messages = new Map();
  memories = new Map();
  headDrawn = "";
  imeIn = null;

  constructor(app) {
    this.app = app;
    this.box = byId("messages");
    this.composer = new Composer(this);
    this.latest = el("button.latest", { type: "button", hidden: true, onclick: () => { this.toBottom(); this.composer.focus(); } }, icon("down", 14), el("span"));
    byId("chat").append(this.latest);
    this.box.addEventListener("scroll", () => { this.stuck = this.atBottom(); if (this.stuck) this.latest.hidden = true; });
    new ResizeObserver(() => { if (this.stuck) this.toBottom(); }).observe(this.box);
    this.grown = new ResizeObserver(() => { if (this.stuck) this.toBottom(); });
    this.box.addEventListener("compositionstart", (event) => { this.imeIn = event.target; });
    this.box.addEventListener("compositionend", () => { this.imeIn = null; queueMicrotask(() => this.catchUp()); });
  }

  get id() { return this.app.current; }
  get info() { return this.app.find(this.id); }
  atBottom() { return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 60; }
  toBottom() { this.box.scrollTop = this.box.scrollHeight; this.stuck = true; this.latest.hidden = true; }

  clear() {
    dispose(this.box.querySelectorAll(".chart"));
    this.messages.clear();
    this.box.replaceChildren();
    byId("composer").hidden = true;
  }

  async load(id) {
    const { messages } = await api.messages(id);
    if (id !== this.id) return;
    this.clear();
    byId("composer").hidden = false;
    for (const message of messages) this.messages.set(message.message_id, message);
    this.redraw();
    this.toBottom();
    this.composer.restore();
    if (!phoneWidth.matches) this.composer.focus();
  }

  redraw() {
    dispose(this.box.querySelectorAll(".chart"));
    const inner = el("div.thread");
    this.grown.disconnect();
    this.grown.observe(inner);
    this.box.replaceChildren(inner);
    this.box.setAttribute("aria-label", this.info ? `${t("conversation")}: ${this.app.chatName(this.info)}` : t("conversation"));
    this.composer.draw();
    if (!this.id) { inner.append(el("div.empty", {}, t("choose"))); return; }
    for (const message of this.messages.values()) if (this.visible(message)) this.place(message);
    if (!inner.childNodes.length) inner.append(el("div.empty", {}, t("empty")));
  }

  visible(message) { return !message.visible_to || message.visible_to === this.app.me; }
  nodeOf(id) { return this.box.querySelector(`[data-message="${CSS.escape(id ?? "")}"]`); }

  /** A new or changed message from the stream; an older revision than the shown one is ignored. */
  show(message) {
    const known = this.messages.get(message.message_id);
    if (known && known.revision > message.revision) return;
    this.messages.set(message.message_id, message);
    if (!this.visible(message)) return;
    const stay = this.atBottom();
    const old = this.nodeOf(message.message_id);
    if (old) this.change(old, message, message.revision > known.revision);
    else {
      this.box.querySelector(".empty")?.remove();
      this.place(message);
      if (message.sender.id !== this.app.me) announce(`${message.sender.name ?? ""} ${summary(message, this.app)}`);
    }
    if (stay || (!known && message.sender.id === this.app.me)) this.toBottom();
    else if (!known) { this.latest.lastElementChild.textContent = t("latest"); this.latest.hidden = false; }
  }

  /** Draws a shown message anew, but not while a popup of its card is open or an input method is at work in it. */
  change(node, message, grew) {
    if (holdsPopup(node)) { node.dataset.late = ""; afterPopup(() => this.catchUp()); return; }
    if (this.imeIn && node.contains(this.imeIn)) { node.dataset.late = ""; return; }
    delete node.dataset.late;
    fill(node, message, this);
    if (!grew) return;
    node.classList.remove("changed");
    void node.offsetWidth;
    node.classList.add("changed");
    if (message.msg_type === "interactive" && !message.deleted) announce(`${t("cardChanged")}: ${summary(message, this.app)}`);
  }

  /** Draws what had to wait. */
  catchUp() {
    for (const node of this.box.querySelectorAll("[data-late]")) this.change(node, this.messages.get(node.dataset.message), true);
  }

  /** Puts a message where it belongs: at the end, or among the replies of its thread. */
  place(message) {
    const node = el("div.message", { role: "article", dataset: { message: message.message_id } });
    const first = message.thread_id && message.parent_id ? this.nodeOf(message.root_id ?? message.parent_id) : null;
    if (first) this.intoThread(first, node);
    else this.box.firstElementChild.append(node);
    fill(node, message, this);
  }

  intoThread(first, node) {
    const box = first.querySelector(".thread-replies");
    if (!box) { this.box.firstElementChild.append(node); return; }
    if (!box.childNodes.length) {
      const list = el("div.thread-list");
      const head = el("button.thread-head", { type: "button", "aria-expanded": "true", onclick: () => { list.hidden = !list.hidden; head.setAttribute("aria-expanded", String(!list.hidden)); } }, icon("chat", 14), el("span"));
      box.append(head, list);
      box.hidden = false;
    }
    box.lastElementChild.append(node);
    box.firstElementChild.lastElementChild.textContent = `${box.lastElementChild.childElementCount} ${t("thread")}`;
  }

  /** Scrolls to a message and lights it up. */
  reveal(id) {
    const node = this.nodeOf(id);
    if (!node) return;
    this.stuck = false;
    node.scrollIntoView({ block: "center" });
    node.classList.remove("found");
    void node.offsetWidth;
    node.classList.add("found");
  }

  react(message, emoji) { return this.app.attempt(() => api.react(message.message_id, emoji, this.app.me)); }

  cardContext(message) {
    if (!this.memories.has(message.message_id)) this.memories.set(message.message_id, new Map());
    return {
      nameOf: (id) => this.app.nameOf(id), avatar: (id) => this.app.avatar(id), members: () => this.info?.members ?? [], sentAt: message.create_time,
      phone: () => phoneWidth.matches, memory: this.memories.get(message.message_id),
      act: (body) => this.act(message.message_id, body),
      redraw: () => { const node = this.nodeOf(message.message_id); if (node) fill(node, this.messages.get(message.message_id), this); },
    };
  }

  /** Posts a card callback; shows the toast or the code the client would. Returns whether it was accepted. */
  async act(messageId, body) {
    try {
      const answer = await api.act(messageId, { as: this.app.me, ...body });
      if (!answer.ok) { toast("error", failure(answer.code), answer.code); return false; }
      if (answer.toast?.content) toast(answer.toast.type, answer.toast.content);
      return true;
    } catch (error) {
      toast("error", error.message);
      return false;
    }
  }

  messageMenu(anchor, message) {
    const { info, app } = this;
    const mayRecall = message.sender.id === app.me || info.owner_id === app.me || info.managers?.includes(app.me);
    const head = el("div.menu-reactions", { role: "presentation" }, ...REACTIONS.map((emoji) => el("button.menu-reaction", {
      type: "button", title: emoji, "aria-label": emoji, onclick: () => { shown.close(); this.react(message, emoji); },
    }, EMOJI[emoji])));
    const shown = menu(anchor, [
      { text: t("reply"), icon: icon("chat", 16), run: () => this.composer.answer(message) },
      { text: t("source"), icon: icon("file", 16), run: () => this.showSource(message) },
      ...(mayRecall ? [{ text: t("recall"), icon: icon("refresh", 16), danger: true, run: () => app.attempt(() => api.recall(message.message_id, app.me)) }] : []),
    ], { head });
  }

  async showSource(message) {
    const text = JSON.stringify(message.content, null, 2);
    const answer = await dialog(`${message.msg_type} · ${message.message_id}`, el("pre.json", { tabIndex: 0 }, text), [{ text: t("copy"), value: "copy" }, { text: t("close"), value: null, kind: "primary" }]);
    if (answer === "copy") await this.app.attempt(async () => { await navigator.clipboard.writeText(text); toast("success", t("copied")); });
  }

  drawHead() {
    const { info, app } = this;
    const head = byId("chat-head");
    this.composer.draw();
    if (!info) { head.replaceChildren(); this.headDrawn = ""; return; }
    const { online, mode } = app.state.app;
    const webhook = mode === "webhook";
    const up = info.bot_in && (webhook || online > 0);
    const status = !info.bot_in ? t("notIn") : webhook ? t("webhook") : online > 0 ? `${t("online")} (${online})` : t("offline");
    const role = app.roleOf(app.me, info);
    // News come with every message; what did not change stays, with its focus and its open menu.
    const drawn = JSON.stringify([info.chat_id, info.name, info.members, role, status, app.panel?.open, t("more")]);
    if (drawn === this.headDrawn) return;
    this.headDrawn = drawn;
    const more = el("button.ghost", { type: "button", id: "chat-menu", title: t("groupMenu"), "aria-label": t("groupMenu"), "aria-haspopup": "menu", onclick: () => groupMenu(more, this) }, icon("more", 20));
    refill(head,
      el("button.ghost.back", { type: "button", "aria-label": t("messages"), onclick: () => app.leave() }, icon("back", 22)),
      el("h2", {}, app.chatName(info)), info.chat_mode === "group" ? el("span.head-count", { title: t("members") }, String(info.members.length + (info.bot_in ? 1 : 0))) : null,
      info.members.some((id) => app.user(id)?.external) ? el("span.tag.c-orange", {}, t("external")) : null,
      el("span.rail-space"), el("span.status" + (up ? ".up" : ""), { id: "bot-status", title: status }, el("span.status-dot"), el("span.status-text", {}, status)),
      el("button.ghost.phone-only", { type: "button", "aria-label": t("calls"), title: t("calls"), onclick: () => app.panel.toggle("calls") }, icon("traffic", 18)), info.chat_mode === "group" ? more : null);
  }
}
