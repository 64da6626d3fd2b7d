// The official SDK behind Node's own HTTP server: the challenge, events and card callbacks.
import http from 'node:http';
import * as lark from '@larksuiteoapi/node-sdk';
import { app, card, tell, untilTheTestIsOver } from './common.mjs';

const { PORT, ENCRYPT_KEY, VERIFICATION_TOKEN } = process.env;
const keys = { encryptKey: ENCRYPT_KEY, verificationToken: VERIFICATION_TOKEN };
const client = new lark.Client(app);
const dispatcher = new lark.EventDispatcher({ ...app, ...keys }).register({
  'im.message.receive_v1': async ({ message: { chat_id, content } }) => {
    tell({ event: 'text', text: JSON.parse(content).text });
    await client.im.message.create({
      params: { receive_id_type: 'chat_id' },
      data: { receive_id: chat_id, msg_type: 'interactive', content: JSON.stringify(card('认领')) },
    });
  },
  'card.action.trigger': ({ action }) => {
    tell({ event: 'press', value: action.value });
    return { card: { type: 'raw', data: card('已认领') } };
  },
});
const server = http.createServer(
  lark.adaptDefault('/callback', dispatcher, { autoChallenge: true }),
);
server.listen(Number(PORT), '127.0.0.1', () => tell({ event: 'ready' }));
await untilTheTestIsOver();
server.close();
server.closeAllConnections();
