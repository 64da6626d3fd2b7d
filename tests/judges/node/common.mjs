// What the judges share: one JSON value a line on stdout; what went wrong, in one line, on stderr.
import * as lark from '@larksuiteoapi/node-sdk';

const { SANDBOX, APP_ID, APP_SECRET } = process.env;
const nothing = () => {};

process.on('uncaughtException', (error) => {
  console.error(error.stack ?? error, error.response?.data ?? '');
  process.exit(1);
});

export const tell = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
export const app = {
  appId: APP_ID,
  appSecret: APP_SECRET,
  domain: SANDBOX,
  // The SDK would print whole sockets.
  logger: { error: nothing, warn: nothing, info: nothing, debug: nothing, trace: nothing },
};
export const card = (text) => ({
  schema: '2.0',
  config: { update_multi: true },
  body: { elements: [{ tag: 'button', text: { tag: 'plain_text', content: text } }] },
});
export const refusal = ({ response: { status, data, headers } }) => ({
  status,
  code: data.code,
  traced: headers['x-tt-logid'] === data.error.log_id,
});

// The test closes stdin when it has seen enough.
export const untilTheTestIsOver = async () => {
  for await (const _ of process.stdin);
};
