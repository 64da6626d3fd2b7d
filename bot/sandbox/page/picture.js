/** Pictures by the key under which the bot uploaded them. */

import { el, icon } from "./dom.js";
import { t } from "./texts.js";

const KEY = /^[\w.-]{1,200}$/;

/** An image that comes from the sandbox and nowhere else; unknown keys show a frame with `alt`. */
export function picture(key, alt, size = 24) {
  const frame = el("span.picture", { role: "img", "aria-label": alt || t("image"), title: alt });
  const empty = () => frame.replaceChildren(icon("picture", size), size > 20 ? el("span", {}, alt || t("image")) : "");
  if (KEY.test(key ?? "")) frame.append(el("img", { src: `/sandbox/images/${key}`, alt: alt || "", onerror: empty }));
  else empty();
  return frame;
}
