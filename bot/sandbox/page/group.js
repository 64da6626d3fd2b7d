/** Looking after a group: the bot in or out, its name, roles, its end; and new groups. */

import { api } from "./api.js";
import { dialog, el, menu, refill } from "./dom.js";
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

/** Everybody with a role: leaders add and remove people, the owner gives the roles. */
async function roles({ info, app }) {
  const list = el("div.role-list");
  const change = (work) => app.attempt(async () => { await work(); await app.refresh(); if (app.roleOf(app.me, now()) && now()) draw(); else list.closest("dialog").close(); });
  const now = () => app.find(info.chat_id);
  const row = (id) => {
    const [chat, role] = [now(), app.roleOf(id, now())];
    const [owner, mine] = [chat.owner_id === app.me, id === app.me];
    const choice = el("select.field", { "aria-label": `${t("roles")}: ${app.nameOf(id)}`, dataset: { key: `role-${id}` }, onchange: () => change(() => api.setRole(info.chat_id, id, choice.value, app.me)) },
      ...[["member", "member"], ["manager", "manager"], ["owner", "handOver"]].map(([value, text]) => el("option", { value, selected: value === role }, t(text))));
    const may = role !== "owner" && (mine || owner || app.roleOf(app.me, chat) === "manager");
    const word = `${t(mine ? "leave" : "removeMember")}: ${app.nameOf(id)}`;
    const remove = el("button.ghost", { type: "button", title: word, "aria-label": word, onclick: () => change(() => api.removeMember(info.chat_id, id, app.me)) }, icon("close", 14));
    const shown = owner && !mine ? [app.user(id)?.external ? el("span.tag.c-orange", {}, t("external")) : null, choice] : [roleTag(app, id, chat)];
    return el("div.member", { dataset: { member: id } }, app.avatar(id), el("span.member-name", {}, app.nameOf(id)), ...shown, may ? remove : el("span.ghost"));
  };
  const draw = () => {
    const chat = now();
    const outside = app.state.users.filter((user) => !chat.members.includes(user.open_id));
    const add = el("select.field", { "aria-label": t("addMember"), dataset: { key: "add" }, onchange: () => change(() => api.addMember(info.chat_id, add.value, app.me)) },
      el("option", { value: "" }, t("addMember")), ...outside.map((user) => el("option", { value: user.open_id }, `${user.name}${user.external ? ` (${t("external")})` : ""}`)));
    refill(list, ...chat.members.map(row), outside.length ? add : null);
  };
  draw();
  await dialog(`${t("roles")} · ${info.name}`, list, [{ text: t("close"), value: null, kind: "primary" }]);
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
