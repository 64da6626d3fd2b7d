/** Feishu's markdown dialect: CommonMark without HTML, plus Lark tags; sanitised once more at the end. */

import { cssColor, colorName } from "./colors.js";
import { tokenIcon } from "./icons.js";
import { picture } from "./picture.js";
import { localTime, t } from "./texts.js";

const TAG = /^<(at|font|text_tag|link|a|person|local_datetime|number_tag|raw|audio)((?:\s+[\w-]+\s*=\s*(?:'[^']*'|"[^"]*"|[^\s'"<>]+)|\s+[\w-]+)*)\s*(\/?)>/i;
const VOID = /^<(br|hr)\s*\/?>/i;
const ATTRIBUTE = /([\w-]+)(?:\s*=\s*(?:'([^']*)'|"([^"]*)"|([^\s'"<>]+)))?/g;
const WEB = /^(https?:\/\/|tel:)/i;
export const EMOJI = {
  DONE: "✅", OK: "👌", THUMBSUP: "👍", THUMBSDOWN: "👎", SMILE: "😄", LAUGH: "😆", HEART: "❤️", APPLAUSE: "👏", MUSCLE: "💪", FINGERHEART: "🫰",
  FIRE: "🔥", ALARM: "⏰", LOUDSPEAKER: "📢", PARTY: "🎉", THANKS: "🙏", PRAISE: "👏", JIAYI: "➕", CLAP: "👏", BOMB: "💣", CHECKMARK: "✔️", CROSSMARK: "❌",
  EYES: "👀", ROCKET: "🚀", SALUTE: "🫡", CRY: "😢", SOB: "😭", SWEAT: "😓", SHOCKED: "😱", THINKING: "🤔", WOW: "😮", ROSE: "🌹", GIFT: "🎁", GET: "👌", LGTM: "👍", ONIT: "🫡", PIN: "📌", TYPING: "⌨️", HUNDRED: "💯",
};

function attributes(source) {
  const found = {};
  for (const [, key, single, double, bare] of source.matchAll(ATTRIBUTE)) found[key.toLowerCase()] = single ?? double ?? bare ?? "";
  return found;
}

/** Where the element opened before `from` ends: [start, end) of its closing tag, or null. */
function closing(source, name, from, max) {
  const tags = new RegExp(`<(/?)${name}(?=[\\s>/])[^>]*>`, "gi");
  tags.lastIndex = from;
  let depth = 1;
  for (let hit = tags.exec(source); hit && hit.index < max; hit = tags.exec(source)) {
    depth += hit[1] ? -1 : hit[0].endsWith("/>") ? 0 : 1;
    if (depth === 0) return [hit.index, tags.lastIndex];
  }
  return null;
}

/** Inline rule: `<font color='red'>**hot**</font>` and its kin; what stands inside is markdown again. */
function larkTags(state, silent) {
  if (state.src.charCodeAt(state.pos) !== 0x3c) return false;
  const rest = state.src.slice(state.pos, state.posMax);
  const alone = VOID.exec(rest);
  if (alone) {
    if (!silent) state.push(alone[1].toLowerCase() === "br" ? "hardbreak" : "lark_rule", "br", 0);
    state.pos += alone[0].length;
    return true;
  }
  const opened = TAG.exec(rest);
  if (!opened) return false;
  const name = opened[1].toLowerCase();
  const start = state.pos + opened[0].length;
  const end = opened[3] ? [start, start] : closing(state.src, name, start, state.posMax);
  if (!end && name !== "at" && name !== "person" && name !== "local_datetime") return false;
  const [innerEnd, next] = end ?? [start, start];
  if (!silent) {
    const token = state.push("lark_open", name, 1);
    token.meta = attributes(opened[2]);
    if (name === "raw") state.push("text", "", 0).content = state.src.slice(start, innerEnd);
    else if (name !== "at" && name !== "person" && name !== "local_datetime" && name !== "audio") {
      const max = state.posMax;
      state.pos = start;
      state.posMax = innerEnd;
      state.md.inline.tokenize(state);
      state.posMax = max;
    }
    state.push("lark_close", name, -1);
  }
  state.pos = next;
  return true;
}

function emoji(state, silent) {
  if (state.src.charCodeAt(state.pos) !== 0x3a) return false;
  const hit = /^:([A-Z][A-Za-z_]+):/.exec(state.src.slice(state.pos, state.posMax));
  const drawn = hit && EMOJI[hit[1].toUpperCase()];
  if (!drawn) return false;
  if (!silent) state.push("text", "", 0).content = drawn;
  state.pos += hit[0].length;
  return true;
}

const md = window.markdownit({ html: false, linkify: true, breaks: true });
md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
md.inline.ruler.before("autolink", "lark_tags", larkTags);
md.inline.ruler.push("emoji", emoji);
// ':' has to end a run of plain text, or the emoji rule is never asked.
md.inline.ruler.at("text", (state, silent) => {
  let pos = state.pos;
  while (pos < state.posMax && !/[\n!#$%&*+\-:<=>@[\\\]^_`{}~]/.test(state.src[pos])) pos += 1;
  if (pos === state.pos) return false;
  if (!silent) state.pending += state.src.slice(state.pos, pos);
  state.pos = pos;
  return true;
});
const escape = md.utils.escapeHtml;
const span = (kind, attrs = {}) => `<span data-lark="${kind}"${Object.entries(attrs)
  .map(([key, value]) => (value === undefined ? "" : ` data-${key}="${escape(String(value))}"`)).join("")}>`;
const anchor = (url, more = "") => (WEB.test(url ?? "") ? `<a href="${escape(url)}" target="_blank" rel="noopener noreferrer"${more}>` : "<a>");

const OPEN = {
  at: (a) => span("at", { ids: a.ids ?? a.id ?? a.email ?? "" }),
  font: (a) => span("font", { color: a.color }),
  text_tag: (a) => span("tag", { color: a.color ?? "neutral" }),
  link: (a) => anchor(a.pc_url || a.url || a.href, a.icon ? ` data-icon="${escape(a.icon)}"` : ""),
  a: (a) => anchor(a.href),
  person: (a) => span("person", { ids: a.id ?? a.user_id ?? "", avatar: a.show_avatar }),
  local_datetime: (a) => span("time", { ms: a.millisecond ?? "", format: a.format_type ?? "", link: WEB.test(a.link ?? "") ? a.link : undefined }),
  number_tag: (a) => span("number", { color: a.font_color, fill: a.background_color }),
  raw: () => span("raw"),
  audio: () => span("audio"),
};
md.renderer.rules.lark_open = (tokens, index) => OPEN[tokens[index].tag](tokens[index].meta);
md.renderer.rules.lark_close = (tokens, index) => (tokens[index].tag === "a" || tokens[index].tag === "link" ? "</a>" : "</span>");
md.renderer.rules.lark_rule = () => "<hr>";
md.renderer.rules.link_open = (tokens, index) => anchor(tokens[index].attrGet("href"));
md.renderer.rules.image = (tokens, index) => `${span("image", { key: tokens[index].attrGet("src") })}${escape(tokens[index].content)}</span>`;
const code = (tokens, index) => {
  const { content, info } = tokens[index];
  const lines = content.replace(/\n$/, "").split("\n").map((line) => `<li><span>${escape(line) || "\n"}</span></li>`);
  const title = (info ?? "").trim().split(/\s+/)[0].slice(0, 20);
  return `<div class="code"><div class="code-title">${escape(title ? title[0].toUpperCase() + title.slice(1) : "Text")}</div><ol>${lines.join("")}</ol></div>`;
};
md.renderer.rules.fence = code;
md.renderer.rules.code_block = code;
md.renderer.rules.table_open = () => '<div class="md-table"><table>';
md.renderer.rules.table_close = () => "</table></div>";

const CLEAN = {
  ALLOWED_TAGS: ["p", "br", "hr", "em", "strong", "s", "a", "span", "code", "div", "ol", "ul", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "pre"],
  ALLOWED_ATTR: ["class", "href", "target", "rel", "start"], ALLOW_DATA_ATTR: true, ALLOWED_URI_REGEXP: WEB, RETURN_DOM_FRAGMENT: true,
};

/** What tags stand for: names, colours and times are put in after sanitising, as text and styles. */
function dress(node, ctx) {
  const data = node.dataset;
  switch (data.lark) {
    case "at":
      node.className = "at";
      node.textContent = data.ids.split(",").map((id) => `@${id.trim() === "all" ? t("everyone") : ctx.nameOf(id.trim())}`).join(" ");
      break;
    case "person":
      node.className = "at";
      node.textContent = ctx.nameOf(data.ids);
      break;
    case "font": node.style.color = cssColor(data.color, ctx.card); break;
    case "tag": node.className = `tag c-${colorName(data.color)}`; break;
    case "time":
      node.textContent = localTime(data.ms || ctx.sentAt, data.format);
      if (data.link) {
        const link = document.createElement("a");
        Object.assign(link, { href: data.link, target: "_blank", rel: "noopener noreferrer", textContent: node.textContent });
        node.replaceChildren(link);
      }
      break;
    case "number":
      node.className = "number-tag";
      node.style.color = cssColor(data.color, ctx.card);
      node.style.background = cssColor(data.fill === "grey" ? "grey-500" : data.fill, ctx.card);
      break;
    case "image": node.replaceChildren(picture(data.key, node.textContent)); break;
    case "audio": node.textContent = "🔈"; break;
    default: break;
  }
}

/** Renders markdown into `target`. `ctx`: nameOf(open_id), card, sentAt (ms). */
export function renderMarkdown(target, source, ctx) {
  target.classList.add("md");
  target.replaceChildren(window.DOMPurify.sanitize(md.render(String(source ?? "")), CLEAN));
  for (const node of target.querySelectorAll("[data-lark]")) dress(node, ctx);
  for (const node of target.querySelectorAll("a[data-icon]")) node.prepend(tokenIcon(node.dataset.icon, 14));
  return target;
}
