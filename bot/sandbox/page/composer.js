/** The line to write in: mentions, replies, and completion of commands and names. */

import { api } from "./api.js";
import { el, refill } from "./dom.js";
import { icon } from "./icons.js";
import { summary } from "./message.js";
import { lang, t } from "./texts.js";

const TALLEST = 140;
const byId = (id) => document.getElementById(id);
const spoken = (words) => words?.[lang() === "zh" ? "zh_cn" : "en_us"] ?? Object.values(words ?? {})[0] ?? "";

export class Composer {
  mention = true;
  answering = null;
  commands = [];
  offers = [];
  at = 0;
  unsent = new Map();
  drawn = "";

  constructor(chat) {
    this.chat = chat;
    this.app = chat.app;
    this.field = el("textarea", { rows: 1, autocomplete: "off", spellcheck: false, role: "combobox", "aria-autocomplete": "list", "aria-controls": "offers", "aria-expanded": "false" });
    this.toggle = el("button.mention", { type: "button", onclick: () => { this.mention = !this.mention; this.drawn = ""; this.draw(); this.focus(); } });
    this.button = el("button.button.primary", { type: "submit" });
    this.me = el("button.composer-me", { type: "button", "aria-haspopup": "menu", onclick: () => this.app.chooseMe(this.me) });
    this.quote = el("button.composer-quote", { type: "button", hidden: true, onclick: () => this.answer(null) });
    this.list = el("div.offers", { id: "offers", role: "listbox", hidden: true });
    byId("composer").append(this.list, this.quote, this.me, el("div.composer-box", {}, this.toggle, this.field), this.button);
    this.field.addEventListener("input", () => { this.grow(); this.unsent.set(this.chat.id, this.field.value); this.offer(); });
    this.field.addEventListener("click", () => this.offer());
    this.field.addEventListener("blur", () => this.hush());
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    byId("composer").addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    api.commands().then(({ commands }) => { this.commands = commands ?? []; }, () => { this.commands = []; });
  }

  focus() { this.field.focus({ preventScroll: true }); }

  /** As tall as what is written; the hint alone does not count. */
  grow() {
    this.field.style.height = this.field.value ? "auto" : "";
    if (this.field.value) this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST)}px`;
  }

  /** Brings back what was being written in this chat. */
  restore() {
    this.field.value = this.unsent.get(this.chat.id) ?? "";
    this.hush();
    this.grow();
  }

  onKey(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden && this.offers.length > 0;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (open && step) {
      event.preventDefault();
      this.moved = true;
      this.at = (this.at + step + this.offers.length) % this.offers.length;
      this.point();
    } else if (open && (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && (this.moved || !this.exact)))) {
      event.preventDefault();
      this.take(this.offers[this.at]);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.hush();
    } else if (event.key === "Escape" && this.answering) this.answer(null);
    else if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); byId("composer").requestSubmit(); }
  }

  /** What could stand where the caret is: commands after a slash, people after an @, or the form of the command being written. */
  offer() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    const own = `@${this.app.state.app.name}`;
    const line = before.startsWith(own) ? before.slice(own.length).trimStart() : before;
    const [, slash] = /^[/／](\S*)$/.exec(line) ?? [];
    const [, name] = /(?:^|\s)@([^\s@]*)$/.exec(before) ?? [];
    const [, called] = /^[/／](\S+)\s/.exec(line) ?? [];
    this.at = 0;
    this.moved = false;
    this.exact = false;
    if (slash !== undefined) this.offerCommands(slash.toLowerCase());
    else if (name !== undefined) this.offerPeople(name);
    else if (called) this.remind(called.toLowerCase());
    else this.hush();
  }

  offerCommands(typed) {
    const found = this.commands.filter((one) => one.names.some((name) => name.toLowerCase().startsWith(typed)));
    const exact = (one) => one.names.some((name) => name.toLowerCase() === typed);
    this.exact = found.some(exact);
    found.sort((a, b) => exact(b) - exact(a));
    this.list.setAttribute("aria-label", t("commandList"));
    this.showOffers(found.map((one) => ({
      insert: `/${one.names[0]}${one.takes ? " " : ""}`, replaces: typed.length + 1, title: spoken(one.usage) || `/${one.names[0]}`, about: spoken(one.about),
    })));
  }

  offerPeople(typed) {
    const { info, app } = this.chat;
    if (info?.chat_mode !== "group") { this.hush(); return; }
    const names = [...(info.bot_in ? [app.state.app.name] : []), ...info.members.map((id) => app.nameOf(id))];
    const found = names.filter((name) => name.toLowerCase().startsWith(typed.toLowerCase()));
    this.exact = found.some((name) => name.toLowerCase() === typed.toLowerCase());
    this.list.setAttribute("aria-label", t("members"));
    this.showOffers(found.map((name) => ({ insert: `@${name} `, replaces: typed.length + 1, title: `@${name}`, about: "" })));
  }

  remind(called) {
    const command = this.commands.find((one) => one.names.some((name) => name.toLowerCase() === called));
    this.offers = [];
    this.list.hidden = !command;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...(command ? [el("div.reminder", {}, el("b", {}, spoken(command.usage)), el("span", {}, spoken(command.about)))] : []));
  }

  showOffers(offers) {
    this.offers = offers;
    this.list.hidden = !offers.length;
    this.field.setAttribute("aria-expanded", String(Boolean(offers.length)));
    this.list.replaceChildren(...offers.map((one, index) => el("div.offer", {
      id: `offer-${index}`, role: "option", onpointerdown: (event) => { event.preventDefault(); this.take(one); },
    }, el("b", {}, one.title), el("span", {}, one.about))));
    this.point();
  }

  point() {
    for (const [index, row] of [...this.list.children].entries()) {
      row.classList.toggle("active", index === this.at);
      row.setAttribute("aria-selected", String(index === this.at));
    }
    this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
    if (this.offers.length) this.field.setAttribute("aria-activedescendant", `offer-${this.at}`);
    else this.field.removeAttribute("aria-activedescendant");
  }

  hush() {
    this.offers = [];
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  take(offer) {
    const end = this.field.selectionStart;
    this.field.setRangeText(offer.insert, end - offer.replaces, end, "end");
    this.unsent.set(this.chat.id, this.field.value);
    this.grow();
    this.offer();
    if (!this.field.value.endsWith(" ")) this.hush();
    this.focus();
  }

  /** Lets the next line answer `message`; null takes that back. */
  answer(message) {
    this.answering = message;
    this.drawn = "";
    this.draw();
    this.focus();
  }

  async send() {
    const { chat, app } = this;
    const text = this.field.value.trim();
    const { id, info } = chat;
    if (!text || !info) return;
    this.field.value = "";
    this.unsent.delete(id);
    this.hush();
    this.grow();
    const mention = info.chat_mode === "group" && this.mention && info.bot_in;
    const sent = await app.attempt(() => api.send(id, text, app.me, mention, this.answering?.message_id));
    if (sent) { if (this.answering) this.answer(null); } else if (chat.id === id && !this.field.value) { this.field.value = text; this.unsent.set(id, text); }
  }

  draw() {
    const { chat: { info, id }, app } = this;
    if (this.answering?.chat_id !== id) this.answering = null;
    const drawn = JSON.stringify([id, info?.bot_in, app.me, this.mention, this.answering?.message_id, app.state.app.name, lang()]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.button.textContent = t("send");
    this.toggle.hidden = info?.chat_mode !== "group" || !info.bot_in;
    this.toggle.textContent = `@${app.state.app.name ?? ""}`;
    this.toggle.title = t("mention");
    this.toggle.setAttribute("aria-pressed", String(this.mention));
    this.quote.hidden = !this.answering;
    if (this.answering) refill(this.quote, el("span", {}, `${t("replyTo")} ${summary(this.answering, app)}`), icon("close", 12));
    this.me.replaceChildren(app.me ? app.avatar(app.me) : "");
    this.me.title = `${t("asWhom")}: ${app.nameOf(app.me)}`;
    this.me.setAttribute("aria-label", this.me.title);
    this.field.placeholder = t("hint");
    this.field.setAttribute("aria-label", t("hint"));
  }
}
