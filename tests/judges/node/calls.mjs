// The official SDK's HTTP client: says, call by call, what it understood.
import fs from 'node:fs';
import * as lark from '@larksuiteoapi/node-sdk';
import { app, card, refusal, tell } from './common.mjs';

const { GROUP, PERSON } = process.env;
const client = new lark.Client(app);
const { im } = client;
const text = (words) => JSON.stringify({ text: words });
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const sent = await im.message.create({
  params: { receive_id_type: 'chat_id' },
  data: { receive_id: GROUP, msg_type: 'interactive', content: JSON.stringify(card('认领')) },
});
tell({ call: 'create', code: sent.code, chat: sent.data.chat_id, sender: sent.data.sender });
const path = { message_id: sent.data.message_id };

const patched = await im.message.patch({ path, data: { content: JSON.stringify(card('已认领')) } });
tell({ call: 'patch', code: patched.code });

const replied = await im.message.reply({
  path,
  data: { msg_type: 'text', content: text(`<at user_id="${PERSON}">你</at> 收到`) },
});
tell({ call: 'reply', code: replied.code, parent: replied.data.parent_id === path.message_id });

const read = await im.message.get({ path: { message_id: replied.data.message_id } });
tell({ call: 'get', code: read.code, item: read.data.items[0] });

const edited = await im.message.update({
  path: { message_id: replied.data.message_id },
  data: { msg_type: 'text', content: text('改过') },
});
tell({ call: 'update', code: edited.code, content: edited.data.body.content });

// These two give the bare data, not an answer with a code. A stream brings a file name, a buffer none.
fs.writeFileSync('dot.png', png);
const upload = (image) => im.image.create({ data: { image_type: 'message', image } });
await upload(png);
const image = await upload(fs.createReadStream('dot.png'));
const file = await im.file.create({
  data: { file_type: 'stream', file_name: '一.log', file: Buffer.from('one line') },
});
const shown = await im.message.create({
  params: { receive_id_type: 'open_id' },
  data: { receive_id: PERSON, msg_type: 'image', content: JSON.stringify(image) },
});
tell({ call: 'image', code: shown.code });
const handed = await im.message.create({
  params: { receive_id_type: 'user_id' },
  data: { receive_id: process.env.USER_ID, msg_type: 'file', content: JSON.stringify(file) },
});
tell({ call: 'file', code: handed.code, chat: handed.data.chat_id });

const reaction = await im.messageReaction.create({
  path,
  data: { reaction_type: { emoji_type: 'OK' } },
});
const gone = await im.messageReaction.delete({
  path: { ...path, reaction_id: reaction.data.reaction_id },
});
tell({ call: 'reaction', code: gone.code, emoji: gone.data.reaction_type.emoji_type });

const urged = await im.message.urgentApp({
  path,
  params: { user_id_type: 'open_id' },
  data: { user_id_list: [PERSON] },
});
tell({ call: 'urgent', code: urged.code, wrong: urged.data.invalid_user_id_list });

const names = [];
for await (const page of await im.chat.listWithIterator({ params: { page_size: 1 } })) {
  names.push(...page.items.map((one) => one.name));
}
tell({ call: 'chats', names });

const members = await im.chatMembers.get({
  path: { chat_id: GROUP },
  params: { member_id_type: 'user_id', page_size: 100 },
});
tell({ call: 'members', total: members.data.member_total, first: members.data.items[0] });

const info = await client.request({ method: 'GET', url: '/open-apis/bot/v3/info' });
tell({ call: 'bot', code: info.code, name: info.bot.app_name });

const recalled = await im.message.delete({ path: { message_id: replied.data.message_id } });
tell({ call: 'delete', code: recalled.code });

const note = { schema: '2.0', body: { elements: [{ tag: 'note' }] } };
const refused = await im.message
  .create({
    params: { receive_id_type: 'chat_id' },
    data: { receive_id: GROUP, msg_type: 'interactive', content: JSON.stringify(note) },
  })
  .catch(refusal);
tell({ call: 'refused', ...refused });
