/** The app as the developer console shows it: its configuration, connections and custom bots; and its registration. */

import { api } from "./api.js";
import { dialog, el, refill, toast } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

const fact = (name, value) => el("div.fact", {}, el("span.fact-name", {}, t(name)), el("span.fact-value", {}, value || "—"));
const names = (title, list) => el("details.names", { dataset: { names: title } }, el("summary", {}, `${t(title)} (${list.length})`), el("ul", {}, ...list.map((name) => el("li", {}, name))));

/** Draws the app's tab into `body`; `state` is the town's. */
export function drawConsole(body, state, { chat, refresh }) {
  const { app, hooks = [] } = state;
  const { live, draft, versions = [] } = app.config ?? {};
  const opened = new Set([...body.querySelectorAll("details[open]")].map((node) => node.dataset.names));
  const attempt = (work) => work().catch((error) => toast("error", error.message));
  const kick = el("button.button.default.small", { type: "button", disabled: !app.online, dataset: { key: "kick" }, onclick: () => attempt(() => api.kick()) }, t("kick"));
  const add = el("button.button.default.small", { type: "button", disabled: !chat, dataset: { key: "hook" }, onclick: () => attempt(() => newHook(chat, refresh)) }, t("newHook"));
  const named = (id) => state.chats.find((one) => one.chat_id === id)?.name ?? id;
  refill(body,
    el("div.console-card", {}, fact("name", app.name), fact("appId", app.app_id), fact("mode", app.mode === "webhook" ? `HTTP ${live?.request_url ?? ""}` : t("longConnection")),
      fact("connections", String(app.online)), fact("version", versions.at(-1)?.version ?? t("first")), draft ? el("p.hint", {}, t("unpublished")) : null, el("div.panel-bar", {}, kick)),
    ...(live ? [names("scopes", live.scopes), names("events", live.events), names("callbacks", live.callbacks)] : []),
    el("div.panel-bar", {}, el("b", {}, t("hooks")), el("span.rail-space"), add),
    ...hooks.map((hook) => el("div.console-card", {}, fact("name", hook.name), fact("group", named(hook.chat_id)), fact("address", location.origin + hook.path),
      hook.signed ? fact("security", t("signed")) : null, hook.keywords.length ? fact("keywords", hook.keywords.join(", ")) : null, hook.ips.length ? fact("ips", hook.ips.join(", ")) : null)),
    hooks.length ? null : el("p.hint", {}, t("noHooks")));
  for (const node of body.querySelectorAll("details")) node.open = opened.has(node.dataset.names);
}

async function newHook(chat, refresh) {
  const field = (label) => [label, el("input.field", { type: "text", "aria-label": t(label), spellcheck: false })];
  const fields = new Map(["name", "secret", "keywords", "ips"].map(field));
  fields.get("name").value = "Webhook";
  const body = el("div.new-group", {}, el("p.hint", {}, chat.name), ...[...fields].map(([label, node]) => el("label.label", {}, t(label), node)));
  const sure = await dialog(t("newHook"), body, [{ text: t("cancel"), value: null }, { text: t("create"), kind: "primary", value: true }]);
  if (!sure) return;
  const list = (label) => fields.get(label).value.split(/[,，\s]+/).filter(Boolean);
  await api.newHook(chat.chat_id, { name: fields.get("name").value.trim() || "Webhook", secret: fields.get("secret").value, keywords: list("keywords"), ips: list("ips") });
  await refresh();
}

/** What the address asks for, as lists to unfold; none where it cannot be read. */
async function wanted(addons) {
  try {
    const packed = Uint8Array.from(atob(addons.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const { scopes, events, callbacks } = await new Response(plain).json();
    const lists = [["scopes", scopes?.tenant], ["events", events?.items?.tenant], ["callbacks", callbacks?.items]];
    return lists.filter(([, list]) => Array.isArray(list) && list.length).map(([title, list]) => names(title, list.map(String)));
  } catch {
    return [];
  }
}

/** Asks whether an app may be registered, when the page was opened with the address that a device shows. */
export async function registration(app) {
  const asked = new URLSearchParams(location.search);
  const code = location.pathname === "/registration" ? asked.get("user_code") : null;
  if (!code) return;
  const there = asked.get("clientID");
  const body = el("div.new-group", {}, el("div.registration-code", {}, icon("robot", 28), el("b", {}, code)), el("p.hint", {}, t(there ? "registerThere" : "registerHint")), ...await wanted(asked.get("addons")));
  const choice = await dialog(t(there ? "registerChange" : "register"), body, [{ text: t("deny"), value: "deny" }, { text: t("approve"), value: "approve", kind: "primary" }]);
  history.replaceState(null, "", `/${location.hash}`);
  if (!choice) return;
  await app.attempt(async () => {
    await api.decide(code, choice, app.me, { addons: asked.get("addons") ?? undefined, client_id: asked.get("clientID") ?? undefined });
    toast("success", t(choice === "approve" ? "approved" : "denied"));
  });
}
