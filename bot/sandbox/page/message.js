/** Draws one message of a chat: who, when, what, and its marks. */

import { cardSummary, renderCard } from "./card.js";
import { dispose } from "./chart.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { EMOJI, renderMarkdown } from "./markdown.js";
import { photo, picture } from "./picture.js";
import { localised, shortTime, t } from "./texts.js";

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

function postBody(post, ctx) {
  const part = (one) => {
    switch (one.tag) {
      case "a": return /^https?:\/\//i.test(one.href ?? "") ? el("a", { href: one.href, target: "_blank", rel: "noopener noreferrer" }, one.text ?? one.href) : one.text ?? "";
      case "at": return el("span.at", {}, `@${one.user_id === "all" ? t("everyone") : one.user_name || ctx.nameOf(one.user_id)}`);
      case "hr": return el("hr.hr");
      case "img": case "media": return photo(one.image_key, "");
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

/** The words or the card, drawn into `content`, which keeps what it can when it is drawn again. */
function body(content, message, chat) {
  const ctx = chat.cardContext(message);
  switch (message.msg_type) {
    case "interactive": renderCard(content, message.content, ctx); break;
    case "post": content.replaceChildren(postBody(postOf(message.content), ctx)); break;
    case "image": content.replaceChildren(el("div.img.sent", {}, photo(message.content?.image_key, ""))); break;
    case "text": case undefined:
      content.replaceChildren(el("div.bubble" + (message.sender.type === "app" ? ".from-bot" : ""), {},
        ...pieces(message, chat.app).map(({ at, text }) => (at ? el("span.at", {}, at) : text))));
      break;
    default: content.replaceChildren(el("div.bubble.from-bot", {}, message.content?.text ?? `[${message.msg_type}]`));
  }
}

function reactions(message, chat) {
  const by = new Map();
  for (const { emoji_type: emoji, operator_id: who } of message.reactions ?? []) by.set(emoji, [...(by.get(emoji) ?? []), who]);
  if (!by.size) return null;
  return el("div.reactions", {}, ...[...by].map(([emoji, people]) => el("button.reaction" + (people.includes(chat.app.me) ? ".mine" : ""), {
    type: "button", title: emoji, "aria-pressed": String(people.includes(chat.app.me)), onclick: () => chat.react(message, emoji),
  }, EMOJI[emoji.toUpperCase()] ?? emoji, el("span", {}, people.map((id) => chat.app.nameOf(id)).join(", ")))));
}

function urgentLines(message, app) {
  const kinds = new Map();
  for (const { open_id: id, type } of message.urgent ?? []) kinds.set(type, [...(kinds.get(type) ?? []), app.nameOf(id)]);
  return [...kinds].map(([type, names]) => el("div.urgent", {}, `⚡ ${t("urgent")} ${names.join(", ")}${["sms", "phone"].includes(type) ? ` (${t(type)})` : ""}`));
}

function quote(message, chat) {
  const quoted = chat.messages.get(message.parent_id);
  const words = quoted ? `${quoted.sender.type === "app" ? `${quoted.sender.name}: ` : ""}${summary(quoted, chat.app)}` : "…";
  return el("button.quote", { type: "button", disabled: !quoted, onclick: () => chat.reveal(message.parent_id) }, `${t("replyTo")} `, words);
}

function wholeLine(node, text) {
  dispose(node.querySelectorAll(".chart"));
  node.className = "message system";
  node.removeAttribute("aria-label");
  node.replaceChildren(el("span", {}, text));
}

/** Draws `message` into `node`; a card in it keeps its charts, drafts and focus. `chat`: the open Chat. */
export function fill(node, message, chat) {
  const { app } = chat;
  node.dataset.revision = message.revision;
  if (message.sender.type === "system" || message.msg_type === "system") { wholeLine(node, summary(message, app)); return; }
  if (message.deleted) {
    wholeLine(node, `${message.sender.name || app.nameOf(message.sender.id)} ${t("tookBack")}`);
    return;
  }
  const bot = message.sender.type === "app";
  const who = message.sender.name || app.nameOf(message.sender.id);
  const kept = node.querySelector(":scope > .message-main > .content");
  const content = kept ?? el("div.content");
  const head = el("div.message-head", {}, el("span.sender", {}, who),
    bot ? el("span.tag.c-blue", {}, t("bot")) : null, app.user(message.sender.id)?.external ? el("span.tag.c-orange", {}, t("external")) : null,
    el("time", {}, shortTime(message.create_time)), message.edited ? el("span.edited", {}, `(${t("edited")})`) : null,
    message.visible_to ? el("span.only-you", {}, icon("lock", 12), t("onlyYou")) : null,
    el("button.message-menu", { type: "button", "aria-label": t("more"), "aria-haspopup": "menu", onclick: (event) => chat.messageMenu(event.currentTarget, message) }, icon("more", 16)));
  const marks = [reactions(message, chat), ...urgentLines(message, app)].filter(Boolean);
  node.setAttribute("aria-label", `${who} ${shortTime(message.create_time)}`);
  body(content, message, chat);
  const answered = message.parent_id && !message.thread_id ? quote(message, chat) : null;
  if (!kept) {
    const avatar = bot ? app.state.app.bot_open_id : message.sender.id;
    node.replaceChildren(app.avatar(avatar), el("div.message-main", {}, head, answered, content, el("div.marks", {}, ...marks), el("div.thread-replies", { hidden: true })));
    return;
  }
  // The content stays where it is: moving it would take the focus away.
  const main = content.parentElement;
  const focused = main.querySelector(":scope > .message-head .message-menu") === document.activeElement;
  main.querySelector(":scope > .message-head").replaceWith(head);
  if (focused) head.querySelector(".message-menu").focus({ preventScroll: true });
  main.querySelector(":scope > .quote")?.remove();
  if (answered) content.before(answered);
  main.querySelector(":scope > .marks").replaceChildren(...marks);
}
