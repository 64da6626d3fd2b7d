/** Builds DOM nodes; text only ever becomes text. */

/** el("div.a.b", {title, onclick, dataset, …}, ...children); strings become text nodes. */
export function el(selector, props = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "dataset") Object.assign(node.dataset, value);
    else if (key in node && !key.includes("-") && key !== "role" && key !== "list") node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const PATHS = {
  chat: "M21 12a8 8 0 0 1-8 8H4l2-3a8 8 0 1 1 15-5z",
  bell: "M6 9a6 6 0 1 1 12 0c0 6 2 7 2 7H4s2-1 2-7zM10 20a2 2 0 0 0 4 0",
  mute: "M6 9a6 6 0 0 1 9-5M18 10c0 5 2 6 2 6H8M10 20a2 2 0 0 0 4 0M3 3l18 18",
  warn: "M12 3 2 20h20L12 3zM12 10v4M12 17v.5",
  check: "m4 12 5 5L20 6",
  checkCircle: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12l3 3 5-6",
  close: "M5 5l14 14M19 5 5 19",
  closeCircle: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9 9l6 6M15 9l-6 6",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 7.5v.5",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
  chart: "M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6",
  gear: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c0-5 3-7 8-7s8 2 8 7",
  file: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM20 20l-4.6-4.6",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  lock: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  bolt: "M13 2 4 14h7l-1 8 9-12h-7l1-8z",
  star: "m12 3 2.8 5.8 6.2.9-4.500 4.400 1.100 6.300-5.600-3-5.600 3 1.100-6.300L3 9.700l6.200-.9z",
  robot: "M5 9h14v10H5zM12 9V5M9 13v1M15 13v1M12 4h.01M2 13v3M22 13v3",
  refresh: "M20 11a8 8 0 1 0-2 6M20 4v7h-7",
  plus: "M12 5v14M5 12h14",
  back: "M15 5l-7 7 7 7",
  down: "m6 9 6 6 6-6",
  right: "m9 6 6 6-6 6",
  left: "m15 6-6 6 6 6",
  send: "M4 12 20 4l-5 16-3-7-8-1z",
  traffic: "M7 4v16M7 20l-3-3M7 20l3-3M17 20V4M17 4l-3 3M17 4l3 3",
  terminal: "M3 5h18v14H3zM7 9l3 3-3 3M12 15h5",
  picture: "M3 5h18v14H3zM3 16l5-5 5 5 3-3 5 5M16 9h.01",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  dot: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
};

/** Feishu's icon tokens, by the word they contain, to the nearest drawing here. */
const TOKENS = [
  [/mute|notdisturb|alert-off|bell-off/, "mute"], [/bell|alarm(?!-clock)|alert|notice|notification/, "bell"],
  [/warn|maybe|error-hollow|risk/, "warn"], [/yes|succeed|done|complete|check/, "checkCircle"],
  [/time|clock|history/, "clock"], [/calendar|date/, "calendar"], [/chart|data|dashboard|analy|sheet|trend/, "chart"],
  [/setting|admin|config|tool/, "gear"], [/member|person|group|user|contact/, "person"], [/search|find|zoom/, "search"],
  [/doc|file|log|note|report|wiki/, "file"], [/more/, "more"], [/list|todo|task|order/, "list"], [/lock|safe|security/, "lock"],
  [/link|url|web|browser/, "link"], [/chat|message|reply|comment/, "chat"], [/bot|robot|app/, "robot"], [/fire|flash|urgent|buzz|quick/, "bolt"],
  [/refresh|replace|sync|update/, "refresh"], [/add|plus/, "plus"], [/close|no_|ban|delete|error/, "closeCircle"],
  [/star|collect|pin/, "star"], [/image|picture|album/, "picture"], [/info|help|tips/, "info"],
  [/down/, "down"], [/right/, "right"], [/left/, "left"], [/send|share|forward/, "send"], [/code|terminal|command/, "terminal"],
];

export function icon(name, size = 18) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name] ?? PATHS.dot);
  for (const [key, value] of [["viewBox", "0 0 24 24"], ["width", size], ["height", size], ["aria-hidden", "true"], ["class", "icon"]])
    svg.setAttribute(key, value);
  svg.append(path);
  return svg;
}

/** The drawing for one of Feishu's icon tokens, such as "alarm-clock_outlined". */
export function tokenIcon(token, size) {
  const found = TOKENS.find(([pattern]) => pattern.test(String(token)));
  return icon(found ? found[1] : "dot", size);
}

let openPopup = null;

/** Shows `content` under `anchor` until a click outside, Escape or close(); one popup at a time. */
export function popup(anchor, content, { matchWidth = false, alignRight = false, onclose } = {}) {
  openPopup?.();
  const box = el("div.popup", {}, content);
  document.body.append(box);
  const place = () => {
    const at = anchor.getBoundingClientRect();
    if (matchWidth) box.style.width = `${at.width}px`;
    const size = box.getBoundingClientRect();
    const left = alignRight ? at.right - size.width : at.left;
    const below = at.bottom + 4 + size.height <= innerHeight || at.top < size.height;
    box.style.left = `${Math.max(8, Math.min(left, innerWidth - size.width - 8))}px`;
    box.style.top = `${Math.max(8, below ? Math.min(at.bottom + 4, innerHeight - size.height - 8) : at.top - size.height - 4)}px`;
  };
  const away = (event) => { if (!box.contains(event.target) && !anchor.contains(event.target)) close(); };
  const key = (event) => { if (event.key === "Escape") close(); };
  const scrolled = (event) => {
    if (box.contains(event.target)) return;
    if (anchor.isConnected) place(); else close();
  };
  function close() {
    if (!box.isConnected) return;
    box.remove();
    document.removeEventListener("pointerdown", away, true);
    document.removeEventListener("keydown", key, true);
    document.removeEventListener("scroll", scrolled, true);
    if (openPopup === close) openPopup = null;
    onclose?.();
  }
  document.addEventListener("pointerdown", away, true);
  document.addEventListener("keydown", key, true);
  document.addEventListener("scroll", scrolled, true);
  openPopup = close;
  place();
  return { close, place, box };
}

/** A popup of rows: [{text, icon, danger, run}]. */
export function menu(anchor, rows, options = {}) {
  const list = el("div.menu", { role: "menu" });
  const shown = popup(anchor, list, options);
  for (const row of rows) {
    list.append(el("button.menu-row" + (row.danger ? ".danger" : ""), {
      type: "button", role: "menuitem", onclick: () => { shown.close(); row.run(); },
    }, row.icon ?? null, el("span", {}, row.text), row.checked ? icon("check", 14) : null));
  }
  shown.place();
  return shown;
}

/** A modal dialog; resolves with the value of the pressed button, null when dismissed. */
export function dialog(title, content, buttons) {
  return new Promise((resolve) => {
    const node = el("dialog.dialog", { onclose: () => { node.remove(); resolve(answer); } });
    let answer = null;
    node.append(
      el("div.dialog-title", {}, title), el("div.dialog-body", {}, content),
      el("div.dialog-buttons", {}, ...buttons.map(({ text, value, kind }) => el(`button.button.${kind ?? "default"}`, {
        type: "button", onclick: () => { answer = typeof value === "function" ? value() : value; node.close(); },
      }, text))));
    document.body.append(node);
    node.showModal();
  });
}

const TOAST_ICONS = { info: "info", success: "checkCircle", error: "closeCircle", warning: "warn" };

export function toast(type, content, code) {
  const kind = TOAST_ICONS[type] ? type : "info";
  const node = el(`div.toast.${kind}`, { role: "status" }, icon(TOAST_ICONS[kind], 18), el("span", {}, content),
    code ? el("span.toast-code", {}, `code: ${code}`) : null);
  document.getElementById("toasts").append(node);
  setTimeout(() => node.classList.add("leaving"), 3600);
  setTimeout(() => node.remove(), 4000);
}
