/** Talks to the sandbox: JSON calls and the stream of events. */

async function call(method, path, body) {
  const answer = await fetch(`/sandbox${path}`, {
    method, headers: body === undefined ? {} : { "Content-Type": "application/json" }, body: body === undefined ? undefined : JSON.stringify(body),
  });
  const result = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(result.error ?? `${method} ${path}: HTTP ${answer.status}`);
  return result;
}

const at = encodeURIComponent;

export const api = {
  state: () => call("GET", "/state"),
  messages: (chat) => call("GET", `/chats/${at(chat)}/messages`),
  send: (chat, text, as, mentionBot, replyTo) => call("POST", `/chats/${at(chat)}/messages`, { text, as, mention_bot: mentionBot, reply_to: replyTo ?? undefined }),
  react: (message, emoji, as) => call("POST", `/messages/${at(message)}/reactions`, { emoji_type: emoji, as }),
  rename: (chat, name, as) => call("PATCH", `/chats/${at(chat)}`, { name, as }),
  act: (message, body) => call("POST", `/messages/${at(message)}/action`, body),
  recall: (message, as) => call("DELETE", `/messages/${at(message)}?as=${at(as)}`),
  newChat: (name, members, owner) => call("POST", "/chats", { name, members, owner_id: owner }),
  setBot: (chat, inside, as) => call("POST", `/chats/${at(chat)}/bot`, { in: inside, as }),
  setRole: (chat, person, role, as) => call("POST", `/chats/${at(chat)}/roles`, { open_id: person, role, as }),
  addMember: (chat, person, as) => call("PUT", `/chats/${at(chat)}/members/${at(person)}`, { as }),
  removeMember: (chat, person, as) => call("DELETE", `/chats/${at(chat)}/members/${at(person)}`, { as }),
  newHook: (chat, hook) => call("POST", `/chats/${at(chat)}/hooks`, hook),
  kick: () => call("POST", "/connections/kick", {}),
  decide: (code, choice, as, carried) => call("POST", `/registrations/${at(code)}/${choice}`, { as, ...carried }),
  commands: () => call("GET", "/commands"),
  dissolve: (chat) => call("DELETE", `/chats/${at(chat)}`),
  calls: (after) => call("GET", `/api-log?after=${after}`),
  faults: () => call("GET", "/faults"),
  setFault: (fault) => call("POST", "/faults", fault),
  logs: () => call("GET", "/logs"),
  writeLine: (path, line) => call("POST", "/logs", { path, line }),
};

/** Subscribes to the stream; `onopen(again)` says whether it was lost in between. */
export function listen(handlers, { onopen, onlost }) {
  const stream = new EventSource("/sandbox/events");
  let opened = false;
  stream.onopen = () => { onopen(opened); opened = true; };
  stream.onerror = () => onlost();
  for (const [name, handle] of Object.entries(handlers)) stream.addEventListener(name, (event) => handle(JSON.parse(event.data)));
}
