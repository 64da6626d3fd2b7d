// The official SDK's long connection: answers every text with a card, and every press with a new one.
import * as lark from '@larksuiteoapi/node-sdk';
import { app, card, tell, untilTheTestIsOver } from './common.mjs';

const client = new lark.Client(app);
const eventDispatcher = new lark.EventDispatcher(app).register({
  'im.message.receive_v1': async ({ event_id, sender, message }) => {
    const { text } = JSON.parse(message.content);
    tell({ event: 'text', text, id: event_id, from: sender.sender_id, chat: message.chat_type });
    const content = JSON.stringify(card('认领'));
    const path = { message_id: message.message_id };
    await client.im.message.reply({ path, data: { msg_type: 'interactive', content } });
  },
  'im.chat.member.bot.added_v1': ({ chat_id, name }) => tell({ event: 'added', chat_id, name }),
  'card.action.trigger': ({ action, operator }) => {
    tell({ event: 'press', action, operator });
    if (action.value.fail) throw new Error('as the test asked');
    return {
      toast: { type: 'success', content: '已认领' },
      card: { type: 'raw', data: card('已认领') },
    };
  },
});
const socket = new lark.WSClient({
  ...app,
  wsConfig: { pingTimeout: 0.5 },
  onReady: () => tell({ event: 'ready' }),
  onReconnected: () => tell({ event: 'reconnected' }),
  onError: ({ message }) => tell({ event: 'gave up', why: message }),
});
await socket.start({ eventDispatcher });
await untilTheTestIsOver();
socket.close();
