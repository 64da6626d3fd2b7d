/** Looking after a group: the bot in or out, its name, roles, its end; and new groups. */

import { api } from "./api.js";
import { dialog, el, menu } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

/** What a person is in a group, in words, with a tag. */
export function roleTag(app, id, chat) {
  const role = app.roleOf(id, chat) ?? "member";
  const color = { owner: "yellow", manager: "blue" }[role];
  const external = app.user(id)?.external ? el("span.tag.c-orange", {}, t("external")) : null;
  return el("span.roles", {}, role === "member" && external ? null : el(color ? `span.tag.c-${color}` : "span.role", {}, t(role)), external);
}

export function groupMenu(anchor, chat) {
  const { info, app } = chat;
  const owner = info.owner_id === app.me;
  const only = owner ? {} : { disabled: true, title: t("onlyOwner") };
  const head = el("div", { role: "presentation" }, el("div.menu-title", {}, `${t("members")} (${info.members.length})`),
    el("div.menu-members", {}, ...info.members.map((id) => el("div.member", {}, app.avatar(id), el("span.member-name", {}, app.nameOf(id)), roleTag(app, id, info)))));
  menu(anchor, [
    { text: t("roles"), icon: icon("person", 16), run: () => roles(chat) },
    { text: info.bot_in ? t("removeBot") : t("addBot"), icon: icon("robot", 16), danger: info.bot_in, run: () => app.attempt(async () => { await api.setBot(info.chat_id, !info.bot_in, app.me); await app.refresh(); }) },
    { text: t("rename"), icon: icon("pen", 16), run: () => rename(chat) },
    { text: t("newGroup"), icon: icon("plus", 16), run: () => newGroup(app) },
    { text: t("dissolve"), icon: icon("trash", 16), danger: true, ...only, run: () => dissolve(chat) },
  ], { alignRight: true, head });
}

async function rename({ info, app }) {
  const field = el("input.field", { type: "text", value: info.name, maxLength: 60, "aria-label": t("groupName") });
  const name = await dialog(t("rename"), field, [{ text: t("cancel"), value: null }, { text: t("confirm"), kind: "primary", value: () => field.value.trim() }]);
  if (name && name !== info.name) await app.attempt(() => api.rename(info.chat_id, name, app.me));
}

async function dissolve({ info, app }) {
  const sure = await dialog(t("dissolve"), el("div", {}, info.name), [{ text: t("cancel"), value: false }, { text: t("confirm"), value: true, kind: "danger_filled" }]);
  if (sure) await app.attempt(async () => { await api.dissolve(info.chat_id); await app.refresh(); });
}

/** Everybody with a role; the owner may change them. */
async function roles({ info, app }) {
  const owner = info.owner_id === app.me;
  const row = (id) => {
    const role = app.roleOf(id, info);
    const choice = el("select.field", { "aria-label": `${t("roles")}: ${app.nameOf(id)}`, onchange: () => app.attempt(async () => { await api.setRole(info.chat_id, id, choice.value, app.me); await app.refresh(); if (choice.value === "owner") choice.closest("dialog").close(); }) },
      ...[["member", "member"], ["manager", "manager"], ["owner", "handOver"]].map(([value, text]) => el("option", { value, selected: value === role }, t(text))));
    return el("div.member", { dataset: { member: id } }, app.avatar(id), el("span.member-name", {}, app.nameOf(id)), ...(owner && id !== app.me ? [app.user(id)?.external ? el("span.tag.c-orange", {}, t("external")) : null, choice] : [roleTag(app, id, info)]));
  };
  const body = el("div.role-list", {}, owner ? null : el("p.hint", {}, t("onlyOwner")), ...info.members.map(row));
  await dialog(`${t("roles")} · ${info.name}`, body, [{ text: t("close"), value: null, kind: "primary" }]);
}

export async function newGroup(app) {
  const name = el("input.field", { type: "text", value: "", maxLength: 60, "aria-label": t("groupName") });
  const boxes = app.state.users.map((user) => [user.open_id, el("input", { type: "checkbox", checked: true, disabled: user.open_id === app.me })]);
  const body = el("div.new-group", {}, el("label.label", {}, t("groupName")), name, el("div.label", {}, t("members")),
    ...boxes.map(([id, box]) => el("label.member", {}, box, app.avatar(id), el("span.member-name", {}, app.nameOf(id)), app.user(id)?.external ? el("span.tag.c-orange", {}, t("external")) : null)));
  const answer = await dialog(t("newGroup"), body, [{ text: t("cancel"), value: null }, { text: t("create"), kind: "primary", value: () => name.value.trim() }]);
  if (!answer) return;
  await app.attempt(async () => {
    const chat = await api.newChat(answer, boxes.filter(([, box]) => box.checked).map(([id]) => id), app.me);
    await app.refresh();
    await app.open(chat.chat_id);
  });
}
