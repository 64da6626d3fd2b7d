/** The page: who is looking, the list of chats, live updates. */

import { api, listen } from "./api.js";
import { Chat } from "./chat.js";
import { registration } from "./console.js";
import { el, menu, refill, rove, toast } from "./dom.js";
import { newGroup, roleTag } from "./group.js";
import { icon } from "./icons.js";
import { summary } from "./message.js";
import { Panel } from "./panel.js";
import { lang, setLanguage, shortTime, t } from "./texts.js";

const byId = (id) => document.getElementById(id);
const HUES = ["#2b63e6", "#0b7f70", "#7f3bf5", "#b85300", "#c22b82", "#1d7a14", "#0a7ea4", "#a52eb3"];
const phoneWidth = matchMedia("(max-width: 700px)");

class App {
  state = { app: {}, users: [], chats: [], unknown_calls: 0 };
  me = null;
  current = null;
  unread = new Map();

  async start() {
    setLanguage(lang());
    this.chat = new Chat(this);
    this.panel = new Panel(byId("panel"), this, () => { this.drawRail(); this.chat.drawHead(); });
    await this.refresh();
    const wanted = new URLSearchParams(location.hash.slice(1));
    this.me = this.user(wanted.get("as")) ? wanted.get("as") : this.state.users[0]?.open_id ?? null;
    const first = this.visibleChats().find((chat) => chat.chat_id === wanted.get("chat")) ?? (phoneWidth.matches ? null : this.visibleChats()[0]);
    this.draw();
    if (first) await this.open(first.chat_id);
    await this.panel.start();
    listen({
      message: (message) => this.onMessage(message),
      chats: (state) => this.setState(state),
      online: ({ online, mode }) => this.setState({ ...this.state, app: { ...this.state.app, online, mode } }),
      call: (one) => this.onCall(one),
      faults: ({ faults }) => { this.panel.setFaults(faults); this.drawRail(); },
      log: (lines) => this.panel.onLog(lines),
    }, { onopen: (again) => { document.body.classList.remove("lost"); if (again) this.catchUp(); }, onlost: () => document.body.classList.add("lost") });
    this.drawRail();
    await registration(this);
  }

  async catchUp() {
    await this.refresh();
    if (this.current) await this.chat.load(this.current);
    await this.panel.start();
  }

  async refresh() { this.setState(await api.state()); }

  setState(state) {
    this.state = state;
    if (this.current && !this.find(this.current)) this.leave();
    if (this.me) this.draw();
  }

  user(id) { return this.state.users.find((user) => user.open_id === id); }
  find(id) { return this.state.chats.find((chat) => chat.chat_id === id); }
  isBot(id) { return id === this.state.app.bot_open_id || id === this.state.app.app_id; }
  nameOf(id) { return this.user(id)?.name ?? (this.isBot(id) ? this.state.app.name : this.state.users.find((user) => user.name === id)?.name ?? id); }
  /** owner, manager or member; null for somebody outside. */
  roleOf(id, chat) {
    if (!chat?.members.includes(id)) return null;
    return id === chat.owner_id ? "owner" : chat.managers?.includes(id) ? "manager" : "member";
  }

  chatName(chat) { return chat.chat_mode === "p2p" ? this.state.app.name : chat.name; }

  visibleChats() {
    const mine = this.state.chats.filter((chat) => (chat.chat_mode === "p2p" ? chat.peer === this.me : chat.members.includes(this.me)));
    return mine.sort((a, b) => (b.last?.time ?? 0) - (a.last?.time ?? 0));
  }

  avatar(id) {
    if (this.isBot(id)) return el("span.avatar.avatar-bot", { "aria-hidden": "true" }, icon("robot", 18));
    const name = this.nameOf(id);
    const node = el("span.avatar", { "aria-hidden": "true" }, /^[\u4e00-\u9fff]/.test(name) ? name.slice(-2) : name.split(/\s+/).map((part) => part[0]).filter((char) => /[\p{L}\p{N}]/u.test(char)).join("").slice(0, 2).toUpperCase());
    node.style.background = CSS.supports("color", this.user(id)?.avatar_color ?? "") ? this.user(id).avatar_color : HUES[[...name].reduce((sum, char) => sum + char.codePointAt(0), 0) % HUES.length];
    return node;
  }

  chatAvatar(chat) {
    if (chat.chat_mode === "p2p") return this.avatar(this.state.app.bot_open_id);
    const node = el("span.avatar", { "aria-hidden": "true" }, chat.name.slice(0, 1));
    node.style.background = HUES[[...chat.chat_id].reduce((sum, char) => sum + char.codePointAt(0), 0) % HUES.length];
    return node;
  }

  async open(id) {
    this.current = id;
    this.unread.delete(id);
    document.body.classList.add("in-chat");
    this.remember();
    this.draw();
    await this.chat.load(id);
  }

  leave() {
    this.current = null;
    document.body.classList.remove("in-chat");
    this.chat.clear();
    this.remember();
    this.draw();
  }

  remember() {
    const hash = new URLSearchParams();
    if (this.current) hash.set("chat", this.current);
    if (this.me) hash.set("as", this.me);
    history.replaceState(null, "", `#${hash}`);
  }

  become(id) {
    this.me = id;
    const visible = this.visibleChats();
    const keep = visible.find((chat) => chat.chat_id === this.current) ?? (phoneWidth.matches ? null : visible[0]);
    if (keep) this.open(keep.chat_id);
    else this.leave();
  }

  onMessage(message) {
    const chat = this.find(message.chat_id);
    const fresh = message.revision <= 1 && !message.deleted;
    if (chat && fresh && (!message.visible_to || message.visible_to === this.me)) {
      if (!chat.last || message.create_time >= chat.last.time) chat.last = { text: summary(message, this), time: message.create_time };
      if (message.chat_id !== this.current && message.sender.id !== this.me) this.unread.set(message.chat_id, (this.unread.get(message.chat_id) ?? 0) + 1);
    }
    if (message.chat_id === this.current) this.chat.show(message);
    this.drawList();
  }

  onCall(call) {
    if (!this.panel.onCall(call) || !call.unknown) return;
    this.state.unknown_calls += 1;
    this.drawRail();
  }

  draw() {
    this.panel.onState();
    this.drawRail();
    this.drawList();
    this.chat.drawHead();
  }

  drawRail() {
    const tool = (name, symbol, tab, badge) => el("button.rail-button" + (this.panel?.shows(tab) ? ".active" : ""), {
      type: "button", title: t(name), "aria-label": badge ? `${t(name)}, ${badge} ${t("unknownApi")}` : t(name), "aria-pressed": String(Boolean(this.panel?.shows(tab))), dataset: { key: tab }, onclick: () => this.panel.toggle(tab),
    }, icon(symbol, 20), badge ? el("span.badge", {}, String(badge)) : null);
    const who = `${t("asWhom")}: ${this.nameOf(this.me)}`;
    const me = el("button", { id: "me", type: "button", title: who, "aria-label": who, "aria-haspopup": "menu", onclick: () => this.chooseMe(me) }, this.me ? this.avatar(this.me) : "");
    byId("rail").setAttribute("aria-label", t("tools"));
    refill(byId("rail"),
      me, el("button.rail-button" + (this.panel?.open ? "" : ".active"), { type: "button", title: t("messages"), "aria-label": t("messages"), dataset: { key: "messages" }, onclick: () => this.panel.close() }, icon("chat", 20)),
      tool("calls", "traffic", "calls", this.state.unknown_calls), tool("faults", "bolt", "faults", this.panel?.faultsOn ?? 0), tool("logs", "terminal", "logs"), tool("app", "grid", "app"),
      el("span.rail-space"),
      el("button.rail-button.language", { type: "button", title: "中文 / English", "aria-label": "中文 / English", dataset: { key: "language" }, onclick: () => this.switchLanguage() }, lang() === "zh" ? "EN" : "中"),
    );
  }

  drawList() {
    refill(byId("list-head"), el("h1", { id: "list-title" }, t("messages")), el("span.tag.c-turquoise", {}, t("sandbox")), el("span.rail-space"),
      el("button.ghost", { type: "button", title: t("newGroup"), "aria-label": t("newGroup"), dataset: { key: "new" }, onclick: () => newGroup(this) }, icon("plus", 18)));
    const rows = this.visibleChats().map((chat) => el("button.chat-row" + (chat.chat_id === this.current ? ".active" : ""), {
      type: "button", dataset: { chat: chat.chat_id }, "aria-current": chat.chat_id === this.current ? "true" : null, onclick: () => this.open(chat.chat_id),
    }, this.chatAvatar(chat), el("span.chat-texts", {},
      el("span.chat-line", {}, el("span.chat-name", {}, this.chatName(chat)), chat.chat_mode === "p2p" ? el("span.tag.c-blue", {}, t("bot")) : null, chat.members.some((id) => this.user(id)?.external) ? el("span.tag.c-orange", {}, t("external")) : null,
        chat.last ? el("span.chat-time", {}, shortTime(chat.last.time)) : null),
      el("span.chat-line", {}, el("span.chat-last", {}, chat.last?.text || (chat.bot_in ? "" : t("notIn"))), this.unread.get(chat.chat_id) ? el("span.badge", {}, String(this.unread.get(chat.chat_id))) : null))));
    refill(byId("chats"), ...rows);
    for (const row of rows) row.tabIndex = row === (rows.find((one) => one.classList.contains("active")) ?? rows[0]) ? 0 : -1;
  }

  /** Everybody who can be played, with what they are in the open group. */
  chooseMe(anchor) {
    const chat = this.find(this.current);
    const group = chat?.chat_mode === "group" ? chat : null;
    const note = (id) => (!group ? (this.user(id).external ? roleTag(this, id, null) : null) : group.members.includes(id) ? roleTag(this, id, group) : el("span.role", {}, t("notMember")));
    menu(anchor, this.state.users.map((user) => ({
      text: user.name, icon: this.avatar(user.open_id), note: note(user.open_id), checked: user.open_id === this.me, run: () => this.become(user.open_id),
    })), { head: el("div.menu-title", { role: "presentation" }, t("asWhom")), label: t("asWhom") });
  }

  switchLanguage() {
    setLanguage(lang() === "zh" ? "en" : "zh");
    this.draw();
    this.panel.draw();
    this.chat.redraw();
  }

  /** Runs what may fail; what the sandbox says about it becomes a toast. */
  async attempt(work) {
    try { return await work(); } catch (error) { toast("error", error.message); return null; }
  }
}

const app = new App();
rove(byId("chats"), ".chat-row");
app.start().catch((error) => toast("error", error.message));
phoneWidth.addEventListener("change", () => app.chat.redraw());
