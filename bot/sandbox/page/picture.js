/** Pictures by the key under which the bot uploaded them. */

import { dialog, el } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

const KEY = /^[\w.-]{1,200}$/;

/** Shows the picture as large as the window allows. */
function enlarge(key, alt) {
  const close = { text: t("close"), value: null, kind: "primary" };
  return dialog(alt || t("image"), el("div.large-picture", {}, el("img", { src: `/sandbox/images/${key}`, alt: alt || t("image") })), [close]);
}

/** As `picture`, and a press shows it large. */
export function photo(key, alt) {
  const node = picture(key, alt);
  if (!node.querySelector("img")) return node;
  return el("button.photo", { type: "button", "aria-label": `${t("zoom")}: ${alt || t("image")}`, onclick: (event) => { event.stopPropagation(); enlarge(key, alt); } }, node);
}

/** An image that comes from the sandbox and nowhere else; unknown keys show a frame with `alt`. */
export function picture(key, alt, size = 24) {
  const frame = el("span.picture", { role: "img", "aria-label": alt || t("image"), title: alt });
  const empty = () => frame.replaceChildren(icon("picture", size), size > 20 ? el("span", {}, alt || t("image")) : "");
  if (KEY.test(key ?? "")) frame.append(el("img", { src: `/sandbox/images/${key}`, alt: alt || "", onerror: empty }));
  else empty();
  return frame;
}
