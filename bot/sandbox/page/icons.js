/** The page's own drawings, and Feishu's icon tokens in their likeness. */

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
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  phone: "M6 3h3l2 5-2.500 1.500a11 11 0 0 0 6 6L16 13l5 2v3c0 2-1 3-3 3C10 21 3 14 3 6c0-2 1-3 3-3z",
  mail: "M3 6h18v12H3zM3 7l9 6 9-6",
  place: "M12 21c-4-5-7-8-7-11a7 7 0 0 1 14 0c0 3-3 6-7 11zM12 7.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z",
  eye: "M2 12c3-5 6.500-7 10-7s7 2 10 7c-3 5-6.500 7-10 7s-7-2-10-7zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  pen: "M4 20l1-5L16 4l4 4L9 19l-5 1zM14 6l4 4",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  download: "M12 4v11M7 11l5 5 5-5M4 20h16",
  upload: "M12 16V5M7 9l5-5 5 5M4 20h16",
  folder: "M3 5h7l2 3h9v11H3z",
  key: "M8 10a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 11l9-7M16 7l3 3",
  flag: "M5 21V4h14l-3 5 3 5H5",
  thumb: "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 3 3l-1 4h7l-2 10H7",
  heart: "M12 20C5 15 3 12 3 9a4.500 4.500 0 0 1 9-1 4.500 4.500 0 0 1 9 1c0 3-2 6-9 11z",
  server: "M4 4h16v7H4zM4 13h16v7H4zM8 7.500h.01M8 16.500h.01",
  cloud: "M7 19a5 5 0 0 1 0-10 6 6 0 0 1 11 1 4.500 4.500 0 0 1 0 9z",
  play: "M7 4l13 8-13 8z",
  pause: "M8 5v14M16 5v14",
  gift: "M4 10h16v10H4zM3 7h18v3H3zM12 7v13M12 7c-6 0-5-5-2-4 2 1 2 4 2 4zM12 7c6 0 5-5 2-4-2 1-2 4-2 4z",
  sound: "M4 9v6h4l5 4V5L8 9zM16 9a4 4 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11",
  translate: "M3 6h10M8 4v2M11 6c-1 4-4 7-7 8M6 9c1 2 4 4 6 5M13 20l4-10 4 10M14.500 17h5",
  grid: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
  moon: "M20 14a8 8 0 1 1-9-10 6 6 0 0 0 9 10z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.500 1.500M17.500 17.500 19 19M5 19l1.500-1.500M17.500 6.500 19 5",
  filter: "M3 5h18l-7 8v6l-4-2v-4z",
  copy: "M8 8h12v12H8zM16 8V4H4v12h4",
  up: "m6 15 6-6 6 6",
  minus: "M5 12h14",
  dot: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
};

/** Feishu's icon tokens, by a part of their name, to the nearest drawing here; the first that fits. */
const TOKENS = [
  [/mute|notdisturb|do-not-disturb|alert-off|bell-off|silent/, "mute"], [/phone|(?<!re)call|mobile|headset/, "phone"], [/mail|email|inbox/, "mail"],
  [/bell|alarm(?!-clock)|alert|notice|notification|subscribe|buzz(?!_)/, "bell"],
  [/warn|maybe|error-hollow|risk|report-problem|announce-important/, "warn"], [/thumb|like|praise/, "thumb"], [/heart|emoji|reaction|smile/, "heart"],
  [/yes|succeed|success|done|complete|check|finish|approval|verify|resolve/, "checkCircle"], [/translate|language/, "translate"],
  [/time|clock|history|stopwatch|recent|schedule/, "clock"], [/calendar|(?<!up)date|meeting/, "calendar"],
  [/pause/, "pause"], [/play|video|start_|live|resume/, "play"], [/speaker|sound|voice|audio|mic|announce|loudspeaker|bullhorn/, "sound"],
  [/trash|delete|remove|clear|clean/, "trash"], [/download|import/, "download"], [/upload|export/, "upload"], [/copy|duplicate/, "copy"], [/filter|funnel|sort/, "filter"],
  [/edit|(?<!o)pen(?!d)|rename|write|sign/, "pen"], [/visible|eye|view|preview|watch|(?<!th)read|hide/, "eye"], [/key(?!board)|password|permission/, "key"],
  [/server|database|machine|device|computer|pc_|cpu|memory|host/, "server"], [/cloud|network|wifi/, "cloud"],
  [/chart|data|dashboard|analy|sheet|trend|statistic|efficiency|bitable|rank|money|status/, "chart"], [/folder|space|drive|archive|save|company/, "folder"],
  [/setting|admin|config|tool|ability|maintain|repair/, "gear"], [/member|person|group|user|contact|people|community|org|avatar|department|team/, "person"],
  [/search|find|zoom/, "search"], [/more/, "more"], [/home/, "home"], [/locat|(?<!re|work)place|map|navigation|local/, "place"], [/flag|milestone|target|goal|okr/, "flag"],
  [/doc|file|log|note|report|wiki|text|book|knowledge|minutes|template|form|word|page|print|slide|pdf/, "file"],
  [/list|todo|task|order|menu|table|kanban|project|label|tag|vote|meego/, "list"], [/(?<!b)lock|safe|security|shield|privacy|protect/, "lock"],
  [/link|url|web|browser|global|internet|earth|attachment/, "link"], [/chat|message|reply|comment|forum|topic|feedback|thread|im_|feed/, "chat"],
  [/bot|robot|app|assistant|ai_|magic|myai/, "robot"], [/fire|flash|urgent|buzz|quick|lightning|bolt|burn|\bhot|power|speed/, "bolt"],
  [/refresh|replace|sync|switch|processing|update|reset|undo|redo|recall|rotate|repeat|loop|loading/, "refresh"], [/add|plus|create|new/, "plus"], [/minus|reduce|collapse/, "minus"],
  [/close|no_|no-|ban|error|fail|cancel|forbid|stop|reject|offline/, "closeCircle"], [/star|collect|pin|vip|favorite|medal|achieve|top_/, "star"], [/gift|cake|party|celebrate|redpacket/, "gift"],
  [/image|picture|album|photo|camera|screenshot/, "picture"], [/info|help|tips|question|guide|unknown|faq/, "info"], [/moon|night|dark/, "moon"], [/sun|light|bright|day/, "sun"],
  [/up[-_]|-up|arrow-up/, "up"], [/down/, "down"], [/right|next|(?<!c)enter|expand/, "right"], [/left|back|previous/, "left"], [/send|share|forward|jump|launch/, "send"],
  [/code|terminal|command|console|bug|api|keyboard|windows/, "terminal"], [/grid|apps|block|component|module|workplace|qr/, "grid"],
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
