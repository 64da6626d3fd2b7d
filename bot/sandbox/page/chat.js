/** One open chat: its header, its messages and the line to write in. */

import { api } from "./api.js";
import { cardSummary, renderCard } from "./card.js";
import { dispose } from "./chart.js";
import { dialog, el, icon, menu, toast } from "./dom.js";
import { EMOJI, renderMarkdown } from "./markdown.js";
import { picture } from "./picture.js";
import { localised, shortTime, t } from "./texts.js";

const REACTIONS = ["DONE", "THUMBSUP", "OK", "ONIT", "HEART"];
const byId = (id) => document.getElementById(id);
const postOf = (content) => (content?.content ? content : localised({ i18n_post: content, post: content?.zh_cn ?? content?.en_us ?? {} }, "post")) ?? {};

/** Text with its mention keys replaced by names, as [{text} | {at}]. */
function pieces(message, app) {
  const text = String(message.content?.text ?? "");
  const names = new Map((message.mentions ?? []).map((mention) => [mention.key, mention.name || app.nameOf(mention.id)]));
  return text.split(/(@_user_\d+|@_all)/).filter(Boolean).map((part) => {
    if (part === "@_all") return { at: `@${t("everyone")}` };
    return names.has(part) ? { at: `@${names.get(part)}` } : { text: part };
  });
}

/** One line that stands for the message in lists and quotes. */
export function summary(message, app) {
  if (message.deleted) return t("recalled");
  switch (message.msg_type) {
    case "interactive": return cardSummary(message.content);
    case "post": return postOf(message.content).title || (postOf(message.content).content ?? []).flat().map((part) => part.text ?? "").join("");
    case "image": return `[${t("image")}]`;
    default: return pieces(message, app).map(({ at, text }) => at ?? text).join("");
  }
}

export class Chat {
  messages = new Map();
  memories = new Map();
  mention = true;
  answering = null;

  constructor(app) {
    this.app = app;
    this.box = byId("messages");
    this.buildComposer();
    this.latest = el("button.latest", { type: "button", hidden: true, onclick: () => this.toBottom() }, icon("down", 14), el("span"));
    byId("chat").append(this.latest);
    this.box.addEventListener("scroll", () => { this.stuck = this.atBottom(); if (this.stuck) this.latest.hidden = true; });
    new ResizeObserver(() => { if (this.stuck) this.toBottom(); }).observe(this.box);
    this.grown = new ResizeObserver(() => { if (this.stuck) this.toBottom(); });
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
    if (!matchMedia("(max-width: 700px)").matches) this.field.focus();
  }

  redraw() {
    dispose(this.box.querySelectorAll(".chart"));
    const inner = el("div.thread");
    this.grown.disconnect();
    this.grown.observe(inner);
    this.box.replaceChildren(inner);
    this.drawComposer();
    if (!this.id) { inner.append(el("div.empty", {}, t("choose"))); return; }
    for (const message of this.messages.values()) if (this.visible(message)) inner.append(this.node(message));
    if (!inner.childNodes.length) inner.append(el("div.empty", {}, t("empty")));
  }

  visible(message) { return !message.visible_to || message.visible_to === this.app.me; }

  /** A new or changed message from the stream; an older revision than the shown one is ignored. */
  show(message) {
    const known = this.messages.get(message.message_id);
    if (known && known.revision > message.revision) return;
    this.messages.set(message.message_id, message);
    if (!this.visible(message)) return;
    const stay = this.atBottom();
    const old = this.box.querySelector(`[data-message="${CSS.escape(message.message_id)}"]`);
    if (old) {
      const grew = message.revision > known.revision;
      this.fill(old, message);
      if (grew) {
        old.classList.remove("changed");
        void old.offsetWidth;
        old.classList.add("changed");
      }
    } else {
      this.box.querySelector(".empty")?.remove();
      this.box.firstElementChild.append(this.node(message));
    }
    if (stay || (!known && message.sender.id === this.app.me)) this.toBottom();
    else if (!known) { this.latest.lastElementChild.textContent = t("latest"); this.latest.hidden = false; }
  }

  node(message) {
    const node = el("article.message", { dataset: { message: message.message_id } });
    this.fill(node, message);
    return node;
  }

  fill(node, message) {
    node.dataset.revision = message.revision;
    if (message.sender.type === "system" || message.msg_type === "system") {
      node.className = "message system";
      node.replaceChildren(el("span", {}, summary(message, this.app)));
      return;
    }
    if (message.deleted) {
      dispose(node.querySelectorAll(".chart"));
      node.classList.add("system");
      node.replaceChildren(el("span", {}, t("recalled")));
      return;
    }
    const bot = message.sender.type === "app";
    const kept = node.querySelector(":scope > .message-main > .content");
    const content = kept ?? el("div.content");
    this.body(content, message);
    const quoted = this.messages.get(message.parent_id);
    node.replaceChildren(this.app.avatar(bot ? this.app.state.app.bot_open_id : message.sender.id), el("div.message-main", {},
      el("div.message-head", {}, el("span.sender", {}, message.sender.name || this.app.nameOf(message.sender.id)),
        bot ? el("span.tag.c-blue", {}, t("bot")) : null, el("time", {}, shortTime(message.create_time)),
        message.visible_to ? el("span.only-you", {}, icon("lock", 12), t("onlyYou")) : null,
        el("button.message-menu", { type: "button", "aria-label": "…", onclick: (event) => this.messageMenu(event.currentTarget, message) }, icon("more", 16))),
      message.parent_id ? el("div.quote", {}, `${t("replyTo")} `, quoted ? `${quoted.sender.type === "app" ? `${quoted.sender.name}: ` : ""}${summary(quoted, this.app)}` : "…") : null,
      content,
      this.reactions(message), ...this.urgentLines(message)));
  }

  reactions(message) {
    const by = new Map();
    for (const { emoji_type: emoji, operator_id: who } of message.reactions ?? []) by.set(emoji, [...(by.get(emoji) ?? []), this.app.nameOf(who)]);
    if (!by.size) return null;
    return el("div.reactions", {}, ...[...by].map(([emoji, names]) => el("button.reaction", {
      type: "button", title: emoji, onclick: () => this.react(message, emoji),
    }, EMOJI[emoji.toUpperCase()] ?? emoji, el("span", {}, names.join(", ")))));
  }

  react(message, emoji) { return this.app.attempt(() => api.react(message.message_id, emoji, this.app.me)); }

  /** Lets the next line answer `message`; null takes that back. */
  answer(message) {
    this.answering = message;
    this.drawComposer();
    if (message) this.field.focus();
  }

  urgentLines(message) {
    const kinds = new Map();
    for (const { open_id: id, type } of message.urgent ?? []) kinds.set(type, [...(kinds.get(type) ?? []), this.app.nameOf(id)]);
    return [...kinds].map(([type, names]) => el("div.urgent", {}, `⚡ ${t("urgent")} ${names.join(", ")}${["sms", "phone"].includes(type) ? ` (${t(type)})` : ""}`));
  }

  cardContext(message) {
    if (!this.memories.has(message.message_id)) this.memories.set(message.message_id, new Map());
    return {
      nameOf: (id) => this.app.nameOf(id), avatar: (id) => this.app.avatar(id), members: () => this.info?.members ?? [], sentAt: message.create_time,
      phone: () => matchMedia("(max-width: 700px)").matches, memory: this.memories.get(message.message_id),
      act: (body) => this.act(message.message_id, body),
    };
  }

  body(content, message) {
    const ctx = this.cardContext(message);
    switch (message.msg_type) {
      case "interactive": renderCard(content, message.content, ctx); break;
      case "post": content.replaceChildren(this.post(postOf(message.content), ctx)); break;
      case "image": content.replaceChildren(el("div.img.sent", {}, picture(message.content?.image_key, ""))); break;
      default:
        content.replaceChildren(el("div.bubble" + (message.sender.type === "app" ? ".from-bot" : ""), {},
          ...pieces(message, this.app).map(({ at, text }) => (at ? el("span.at", {}, at) : text))));
    }
  }

  post(post, ctx) {
    const part = (one) => {
      switch (one.tag) {
        case "a": return /^https?:\/\//i.test(one.href ?? "") ? el("a", { href: one.href, target: "_blank", rel: "noopener noreferrer" }, one.text ?? one.href) : one.text ?? "";
        case "at": return el("span.at", {}, `@${one.user_id === "all" ? t("everyone") : one.user_name || this.app.nameOf(one.user_id)}`);
        case "hr": return el("hr.hr");
        case "img": case "media": return picture(one.image_key, "");
        case "emotion": return EMOJI[one.emoji_type?.toUpperCase()] ?? `[${one.emoji_type ?? ""}]`;
        case "code_block": return renderMarkdown(el("div"), `${"`".repeat(12)}${/^\w+$/.test(one.language ?? "") ? one.language : ""}\n${one.text ?? ""}\n${"`".repeat(12)}`, ctx);
        case "md": return renderMarkdown(el("div"), one.text, ctx);
        default: {
          const node = el("span", {}, one.text ?? "");
          if (one.style?.includes("bold")) node.style.fontWeight = "600";
          if (one.style?.includes("lineThrough")) node.style.textDecoration = "line-through";
          return node;
        }
      }
    };
    return el("div.bubble.from-bot", {}, post.title ? el("div.post-title", {}, post.title) : null, ...(post.content ?? []).map((line) => el("div.post-line", {}, ...line.map(part))));
  }

  /** Posts a card callback; shows the toast or the code the client would. Returns whether it was accepted. */
  async act(messageId, body) {
    try {
      const answer = await api.act(messageId, { as: this.app.me, ...body });
      if (!answer.ok) { toast("error", answer.msg || t("failed"), answer.code); return false; }
      if (answer.toast?.content) toast(answer.toast.type, answer.toast.content);
      return true;
    } catch (error) {
      toast("error", error.message);
      return false;
    }
  }

  messageMenu(anchor, message) {
    const shown = menu(anchor, [
      { text: t("reply"), icon: icon("chat", 16), run: () => this.answer(message) },
      { text: t("source"), icon: icon("file", 16), run: () => this.showSource(message) },
      { text: t("recall"), icon: icon("refresh", 16), danger: true, run: () => this.app.attempt(() => api.recall(message.message_id)) },
    ]);
    shown.box.firstElementChild.prepend(el("div.menu-reactions", {}, ...REACTIONS.map((emoji) => el("button.menu-reaction", {
      type: "button", title: emoji, "aria-label": emoji, onclick: () => { shown.close(); this.react(message, emoji); },
    }, EMOJI[emoji]))));
    shown.place();
  }

  async showSource(message) {
    const text = JSON.stringify(message.content, null, 2);
    const answer = await dialog(`${message.msg_type} · ${message.message_id}`, el("pre.json", {}, text), [{ text: t("copy"), value: "copy" }, { text: t("close"), value: null, kind: "primary" }]);
    if (answer === "copy") await this.app.attempt(async () => { await navigator.clipboard.writeText(text); toast("success", t("copied")); });
  }

  drawHead() {
    const { info, app } = this;
    const head = byId("chat-head");
    this.drawComposer();
    if (!info) { head.replaceChildren(); return; }
    const { online, mode } = app.state.app;
    const webhook = mode === "webhook";
    const up = info.bot_in && (webhook || online > 0);
    const status = !info.bot_in ? t("notIn") : webhook ? t("webhook") : online > 0 ? `${t("online")} (${online})` : t("offline");
    const more = el("button.ghost", { type: "button", id: "chat-menu", title: "…", "aria-label": "…", onclick: () => this.chatMenu(more) }, icon("more", 20));
    head.replaceChildren(
      el("button.ghost.back", { type: "button", "aria-label": t("messages"), onclick: () => app.leave() }, icon("back", 22)),
      el("h2", {}, app.chatName(info)), info.chat_mode === "group" ? el("span.head-count", {}, String(info.members.length + (info.bot_in ? 1 : 0))) : null,
      el("span.rail-space"), el("span.status" + (up ? ".up" : ""), { id: "bot-status", title: status }, el("span.status-dot"), el("span.status-text", {}, status)),
      el("button.ghost.phone-only", { type: "button", "aria-label": t("calls"), title: t("calls"), onclick: () => app.panel.toggle("calls") }, icon("traffic", 18)), info.chat_mode === "group" ? more : null);
  }

  chatMenu(anchor) {
    const { info, app } = this;
    const role = (id) => (id === info.owner_id ? ` · ${t("owner")}` : info.managers?.includes(id) ? ` · ${t("manager")}` : "");
    const shown = menu(anchor, [
      { text: info.bot_in ? t("removeBot") : t("addBot"), icon: icon("robot", 16), danger: info.bot_in, run: () => app.attempt(async () => { await api.setBot(info.chat_id, !info.bot_in, app.me); await app.refresh(); }) },
      { text: t("rename"), icon: icon("file", 16), run: () => this.rename() },
      { text: t("newGroup"), icon: icon("plus", 16), run: () => app.newGroup() },
      { text: t("dissolve"), icon: icon("close", 16), danger: true, run: () => this.dissolve() },
    ], { alignRight: true });
    shown.box.firstElementChild.prepend(el("div.menu-title", {}, `${t("members")} (${info.members.length})`),
      el("div.menu-members", {}, ...info.members.map((id) => el("div.member", {}, app.avatar(id), el("span", {}, app.nameOf(id), el("span.role", {}, role(id)))))));
    shown.place();
  }

  async rename() {
    const { info, app } = this;
    const field = el("input.field", { type: "text", value: info.name, maxLength: 60, "aria-label": t("groupName") });
    const name = await dialog(t("rename"), field, [{ text: t("cancel"), value: null }, { text: t("confirm"), kind: "primary", value: () => field.value.trim() }]);
    if (name && name !== info.name) await app.attempt(() => api.rename(info.chat_id, name, app.me));
  }

  async dissolve() {
    const { info, app } = this;
    const sure = await dialog(t("dissolve"), el("div", {}, info.name), [{ text: t("cancel"), value: false }, { text: t("confirm"), value: true, kind: "danger_filled" }]);
    if (sure) await app.attempt(async () => { await api.dissolve(info.chat_id); await app.refresh(); });
  }

  buildComposer() {
    this.field = el("textarea", { rows: 1, autocomplete: "off", spellcheck: false });
    this.toggle = el("button.mention", { type: "button", onclick: () => { this.mention = !this.mention; this.drawComposer(); this.field.focus(); } });
    this.button = el("button.button.primary", { type: "submit" });
    this.quote = el("button.composer-quote", { type: "button", hidden: true, onclick: () => this.answer(null) });
    byId("composer").append(this.quote, el("div.composer-box", {}, this.toggle, this.field), this.button);
    const grow = () => { this.field.style.height = "auto"; this.field.style.height = `${Math.min(this.field.scrollHeight, 140)}px`; };
    this.field.addEventListener("input", grow);
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); byId("composer").requestSubmit(); }
    });
    byId("composer").addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = this.field.value.trim();
      if (!text || !this.info) return;
      this.field.value = "";
      grow();
      const group = this.info.chat_mode === "group";
      const sent = await this.app.attempt(() => api.send(this.id, text, this.app.me, group ? this.mention && this.info.bot_in : false, this.answering?.message_id));
      if (sent) this.answer(null);
      else if (!this.field.value) this.field.value = text;
    });
  }

  drawComposer() {
    const { info, app } = this;
    const group = info?.chat_mode === "group";
    this.button.textContent = t("send");
    this.toggle.hidden = !group || !info.bot_in;
    this.toggle.textContent = `@${app.state.app.name ?? ""}`;
    this.toggle.title = t("mention");
    this.toggle.setAttribute("aria-pressed", String(this.mention));
    if (this.answering?.chat_id !== this.id) this.answering = null;
    this.quote.hidden = !this.answering;
    if (this.answering) this.quote.replaceChildren(el("span", {}, `${t("replyTo")} ${summary(this.answering, app)}`), icon("close", 12));
    this.field.placeholder = t("hint");
    this.field.setAttribute("aria-label", t("hint"));
  }
}
