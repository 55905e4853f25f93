/* The phone: what is selected, and what each control does. */
import { asBase64, perform, watch } from '/phone/server.js';
import * as text from '/phone/text.js';
import * as view from '/phone/view.js';

const FIRST_NUMBER = 15550001111;
const NUMBER_STEP = 1111;
const TEMPORARY_BAN_CODE = 101;
const TOAST_MS = 4000;
const find = (id) => document.getElementById(id);
const app = find('app');

let world = { lines: [], accounts: [], autoRead: true };
let selected = { account: null, chat: null };
let shownMessages = ''; // which chat in which version is on the screen
let newestMessages = [];
const drafts = new Map(); // customers that were opened before they wrote anything

const account = () => world.accounts.find(({ number }) => number === selected.account);
const chats = () => {
  const known = account()?.chats ?? [];
  const opened = [...(drafts.get(selected.account)?.values() ?? [])];
  return [...known, ...opened.filter(({ key }) => !known.some((chat) => chat.key === key))];
};
const chat = () => chats().find(({ key }) => key === selected.chat);

function toast(sentence) {
  const shown = find('toast');
  shown.textContent = sentence;
  shown.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => (shown.hidden = true), TOAST_MS);
}

/** Does an operation and says so when it is refused; undefined then. */
async function attempt(op, fields) {
  try {
    return await perform(op, fields);
  } catch (error) {
    toast(error.message);
    return undefined;
  }
}

/** Numbers that no linked account has, one for each waiting line. */
function suggestNumbers(count) {
  const taken = new Set(world.accounts.filter((one) => one.devices).map(({ number }) => number));
  const free = [];
  for (let number = FIRST_NUMBER; free.length < count; number += NUMBER_STEP) {
    if (!taken.has(String(number))) free.push(String(number));
  }
  return free;
}

async function scan(fields) {
  const answer = await attempt('scan', fields);
  if (answer?.n) {
    find('paste').reset();
    find('paste').querySelector('details').open = false;
    select(fields.pn ? fields.pn.replace(/\D/g, '') : null);
  } else if (answer) toast('No line shows this QR or code. It may have been renewed.');
}

function select(number, key = null) {
  selected = { account: number, chat: key };
  const parts = [number, key].filter(Boolean);
  history.replaceState(null, '', '#' + parts.join('/'));
  render();
  if (key) find('composer').body.focus();
}

function render() {
  const pane = selected.chat && chat() ? 'chat' : account() ? 'chats' : 'lines';
  app.dataset.pane = pane;
  view.showAccounts(find('accounts'), world.accounts, selected.account, (number) => select(number));
  view.showLines(find('lines'), world.lines, suggestNumbers, scan);
  find('no-accounts').hidden = world.accounts.length > 0;
  find('no-lines').hidden = world.lines.length > 0;
  find('auto-read').checked = world.autoRead;
  if (pane !== 'lines') renderAccount();
  if (pane === 'chat') renderChat();
}

function renderAccount() {
  const { number, devices } = account();
  view.paintAvatar(find('account-avatar'), '', number);
  find('account-number').textContent = text.formatNumber(number);
  find('account-status').textContent = text.describeAccount(account());
  for (const button of document.querySelectorAll('.actions button')) button.disabled = !devices;
  const open = (key) => select(selected.account, key);
  view.showChats(find('chats'), chats(), selected.chat, open);
}

function renderChat() {
  const { key, name, typing, version = 0, unread = 0 } = chat();
  const number = text.formatNumber(key);
  view.paintAvatar(find('chat-avatar'), name, key);
  find('chat-name').textContent = name || number;
  find('chat-status').textContent = typing ? 'line is typing …' : `customer ${number}`;
  const shown = `${selected.account}/${key}/${version}`;
  if (shown !== shownMessages) loadMessages(shown);
  const isLooking = document.visibilityState === 'visible';
  if (unread && isLooking && !world.autoRead) {
    attempt('read', { account: selected.account, chat: key });
  }
}

async function loadMessages(shown) {
  const isOtherChat = shown.replace(/\/\d+$/, '') !== shownMessages.replace(/\/\d+$/, '');
  shownMessages = shown;
  const { account: number, chat: key } = selected;
  const messages = await attempt('chat', { account: number, chat: key });
  if (!messages || shownMessages !== shown) return; // a newer version is on its way
  const list = find('messages');
  if (isOtherChat) list.replaceChildren();
  newestMessages = messages;
  view.showMessages(list, messages, happen);
  if (isOtherChat) list.scrollTop = list.scrollHeight;
}

async function write(fields) {
  const { account: number, chat: key } = selected;
  const wid = key.includes('@') ? key : key + '@c.us';
  const isOwner = find('composer').writer.value === 'owner';
  const from = isOwner ? { fromMe: true, to: wid } : { from: wid, name: chat().name || undefined };
  return attempt('msg', { account: number, ...from, ...fields });
}

/** Something happens to a message after it was sent: `what` is reaction, edit or revoke. */
async function happen(what, id) {
  const { account: number, chat: key } = selected;
  const { writer, body, reaction } = newestMessages.find((message) => message.id === id);
  const fromMe = what !== 'reaction' && writer === 'owner'; // it is the customer who reacts
  const told = { account: number, chat: key, id, what, fromMe };
  if (what === 'reaction') told.text = reaction ? '' : '👍';
  if (what === 'edit') {
    const words = await askWords(body);
    if (!words || words === body) return;
    told.body = words;
  }
  await attempt('happen', told);
}

/** The words that a person makes of `before`; null when they think better of it. */
async function askWords(before) {
  const dialog = find('edit');
  const { words } = dialog.querySelector('form');
  words.value = before ?? '';
  dialog.returnValue = '';
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
  return dialog.returnValue === 'yes' ? words.value.trim() : null;
}

async function sendText(event) {
  event.preventDefault();
  const { body } = find('composer');
  const words = body.value.trim();
  if (!words) return;
  body.value = '';
  if (!(await write({ body: words }))) body.value = words;
}

async function sendPicture({ target }) {
  const [file] = target.files;
  target.value = '';
  if (!file) return;
  const b64 = await asBase64(file);
  await write({ type: 'image', mimetype: file.type, size: file.size, b64, caption: '', body: '' });
}

function openCustomer(event) {
  event.preventDefault();
  const form = event.target;
  const key = form.number.value.replace(/[\s().+-]/g, '');
  if (!/^\d{5,20}$/.test(key)) {
    toast('A phone number has 5 to 20 digits.');
    return;
  }
  const opened = drafts.get(selected.account) ?? new Map();
  drafts.set(
    selected.account,
    opened.set(key, { key, name: form.name.value.trim() || null, unread: 0 }),
  );
  form.reset();
  select(selected.account, key);
}

const QUESTIONS = {
  ban: {
    title: 'Send a temporary ban?',
    detail: 'The page is told that WhatsApp blocked this account for a while.',
  },
  logout: {
    title: 'Log this account out?',
    detail: 'Its linked devices are removed. The line needs a new scan.',
  },
};

async function ask(kind) {
  const dialog = find('confirm');
  const form = dialog.querySelector('form');
  view.setText(dialog, 'h2', QUESTIONS[kind].title);
  view.setText(dialog, 'p', QUESTIONS[kind].detail);
  dialog.querySelector('.seconds').hidden = kind !== 'ban';
  dialog.querySelector('.reason').hidden = kind !== 'logout';
  dialog.returnValue = '';
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
  const answer = { seconds: Number(form.seconds.value), reason: form.reason.value };
  return dialog.returnValue === 'yes' ? answer : null;
}

const ACTIONS = {
  async drop() {
    const answer = await attempt('drop', { account: selected.account });
    if (answer) toast(answer.n ? 'Connection dropped.' : 'The page is away.');
  },
  async ban() {
    const wish = await ask('ban');
    if (!wish) return;
    const expireTs = Math.floor(Date.now() / 1000) + wish.seconds;
    const info = { code: TEMPORARY_BAN_CODE, expireTs };
    const answer = await attempt('frame', { account: selected.account, t: 'temp_ban', info });
    if (answer) toast(answer.n ? 'Temporary ban sent.' : 'The page is away: no ban sent.');
  },
  async logout() {
    const wish = await ask('logout');
    if (wish && (await attempt('logout', { account: selected.account, reason: wish.reason }))) {
      toast('Logged out.');
    }
  },
};

/** Up and down move through a list of rows, as in a mail program. */
function moveFocus(event) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const row = event.target.closest?.('.list .row');
  if (!step || !row) return;
  const rows = [...row.closest('.list').querySelectorAll('.row')];
  rows[rows.indexOf(row) + step]?.focus();
  event.preventDefault();
}

function goBack(event) {
  if (event.key !== 'Escape' || document.querySelector('dialog[open]')) return;
  select(selected.chat ? selected.account : null);
}

function wire() {
  find('composer').onsubmit = sendText;
  find('composer').body.onkeydown = (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) sendText(event);
  };
  find('picture').onchange = sendPicture;
  find('new-customer').onsubmit = openCustomer;
  find('paste').onsubmit = (event) => {
    event.preventDefault();
    const { qr, pn } = event.target;
    const words = qr.value.trim();
    const what = words.includes('@') ? { ref: words } : { code: words };
    scan({ ...what, ...(pn.value ? { pn: pn.value } : {}) });
  };
  find('auto-read').onchange = ({ target }) => attempt('config', { autoRead: target.checked });
  for (const button of document.querySelectorAll('[data-do]')) {
    button.onclick = () => ACTIONS[button.dataset.do]();
  }
  for (const button of document.querySelectorAll('[data-go]')) {
    button.onclick = () => select(button.dataset.go === 'chats' ? selected.account : null);
  }
  document.addEventListener('keydown', moveFocus);
  document.addEventListener('keydown', goBack);
  document.addEventListener('visibilitychange', render);
}

const [firstAccount, firstChat] = location.hash.slice(1).split('/');
selected = { account: firstAccount || null, chat: firstChat || null };
wire();
watch(
  (seen) => {
    world = seen;
    render();
  },
  (isUp) => {
    find('connection').textContent = isUp ? 'Simulated WhatsApp' : 'The simulator is not running';
  },
);
