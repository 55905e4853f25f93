/*
 * Drives the unmodified whatsapp-web.js: prints each of its events as a JSON line, and takes
 * commands as JSON lines on standard input.
 */
const readline = require('node:readline');
const { Client, LocalAuth } = require('whatsapp-web.js');

const options = JSON.parse(process.argv[2]);
const print = (event, value) => console.log(JSON.stringify({ event, value: value ?? null }));

const client = new Client({
  authStrategy: new LocalAuth({ dataPath: options.profile }),
  webVersionCache: { type: 'none' },
  userAgent: false,
  puppeteer: {
    executablePath: options.chromium,
    headless: options.chromium.endsWith('headless-shell') ? 'shell' : true,
    args: options.args,
  },
});

client.on('qr', (qr) => print('qr', qr));
client.on('authenticated', () => print('authenticated'));
client.on('ready', () => print('ready', client.info.wid.user));
client.on('message', ({ id, from, body }) => print('message', { id: id.id, from, body }));
client.on('message_ack', ({ id }, ack) => print('message_ack', { id: id.id, ack }));
client.on('change_state', (state) => print('change_state', state));
client.on('disconnected', (reason) => print('disconnected', reason));

const commands = {
  send: async ({ chat, body }) => {
    await client.sendMessage(chat, body);
  },
  logout: () => client.logout(),
  close: async () => {
    await client.destroy();
    process.exit(0);
  },
};

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const { command, ...fields } = JSON.parse(line);
  try {
    await commands[command](fields);
    print('done', command);
  } catch (error) {
    print('failed', `${command}: ${error?.stack ?? error}`);
  }
});

client.initialize().catch((error) => print('failed', String(error?.stack ?? error)));
