/* Builds the page's elements. Lists are updated in place, so that focus and typed text stay. */
import * as text from '/phone/text.js';

/** An element with properties and children; null children are left out. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Makes the children of `list` match `items`: one element a key, made once, then updated. */
export function reconcile(list, items, { keyOf, make, update }) {
  const known = new Map([...list.children].map((child) => [child.dataset.key, child]));
  items.forEach((item, index) => {
    const key = String(keyOf(item));
    let child = known.get(key);
    if (!child) {
      child = make(item);
      child.dataset.key = key;
    }
    known.delete(key);
    if (list.children[index] !== child) list.insertBefore(child, list.children[index] ?? null);
    update(child, item);
  });
  for (const gone of known.values()) gone.remove();
}

export function setText(root, selector, value) {
  const target = root.querySelector(selector);
  if (target.textContent !== value) target.textContent = value;
}

export function paintAvatar(avatar, name, number) {
  avatar.textContent = text.initials(name, number);
  avatar.style.setProperty('--hue', text.hueOf(number));
}

function makeRow(onOpen) {
  const row = element('button', { className: 'row', type: 'button', onclick: onOpen });
  row.innerHTML = `
    <span class="avatar" aria-hidden="true"></span>
    <span class="grow">
      <div><span class="title"></span><time></time></div>
      <div><span class="ticks"></span><span class="detail"></span><span class="badge"></span></div>
    </span>`;
  return element('li', {}, row);
}

export function updateTicks(target, message) {
  const { text: marks, name } = text.ticksOf(message?.ack);
  target.textContent = marks;
  target.className = 'ticks ' + name;
  target.title = name;
  target.hidden = !marks;
}

export function showAccounts(list, accounts, selected, onOpen) {
  reconcile(list, accounts, {
    keyOf: ({ number }) => number,
    make: ({ number }) => makeRow(() => onOpen(number)),
    update(item, account) {
      const { number, online, chats } = account;
      paintAvatar(item.querySelector('.avatar'), '', number);
      setText(item, '.title', text.formatNumber(number));
      setText(item, '.detail', text.describeAccount(account));
      const unread = chats.reduce((sum, chat) => sum + chat.unread, 0);
      showBadge(item, unread);
      updateTicks(item.querySelector('.ticks'), null);
      item.firstChild.setAttribute('aria-current', String(number === selected));
      item.className = online ? 'online' : 'away';
    },
  });
}

export function showChats(list, chats, selected, onOpen) {
  const newestFirst = [...chats].sort(
    (one, other) => (other.last?.at ?? Infinity) - (one.last?.at ?? Infinity),
  );
  reconcile(list, newestFirst, {
    keyOf: ({ key }) => key,
    make: ({ key }) => makeRow(() => onOpen(key)),
    update(item, { key, name, last, unread, typing }) {
      paintAvatar(item.querySelector('.avatar'), name, key);
      setText(item, '.title', name || text.formatNumber(key));
      setText(item, 'time', last ? text.formatTime(last.at) : '');
      setText(item, '.detail', typing ? 'line is typing …' : text.describeMessage(last));
      updateTicks(item.querySelector('.ticks'), last?.writer === 'customer' ? last : null);
      showBadge(item, unread);
      item.firstChild.setAttribute('aria-current', String(key === selected));
    },
  });
}

function showBadge(item, count) {
  const badge = item.querySelector('.badge');
  badge.textContent = count || '';
  badge.hidden = !count;
}

export function showLines(list, lines, suggestNumbers, onScan) {
  const suggestions = suggestNumbers(lines.length);
  reconcile(list, lines, {
    keyOf: ({ cid }) => cid,
    make: () => makeLine(onScan),
    update(item, line) {
      const { cid, ref, code, codePhone, since } = line;
      const picture = item.querySelector('img');
      // The address changes with the QR, so that the picture is loaded anew only then.
      const address = `/phone/qr/${cid}.svg?${encodeURIComponent((ref ?? '').slice(-12))}`;
      picture.hidden = !ref;
      if (ref && picture.getAttribute('src') !== address) picture.src = address;
      setText(item, '.name', 'Line ' + cid.slice(0, 4));
      setText(item, '.muted', text.formatWaiting(since));
      setText(item, '.code', code ? `Code ${code.slice(0, 4)}-${code.slice(4)}` : '');
      item.querySelector('.code').title = codePhone ? 'for ' + text.formatNumber(codePhone) : '';
      const number = item.querySelector('input');
      if (!number.dataset.edited) number.value = suggestions[lines.indexOf(line)];
      item.dataset.ref = ref ?? '';
      item.dataset.code = code ?? '';
    },
  });
}

function makeLine(onScan) {
  const item = element('li', { className: 'card' });
  item.innerHTML = `
    <img alt="QR of this line">
    <div>
      <p class="name"></p>
      <p class="muted"></p>
      <p class="code"></p>
      <form autocomplete="off">
        <input name="pn" inputmode="tel" required aria-label="Account's number">
        <button class="primary">Scan</button>
      </form>
    </div>`;
  const form = item.querySelector('form');
  form.pn.oninput = () => {
    form.pn.dataset.edited = 'yes';
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    const { ref, code } = item.dataset;
    onScan({ ...(ref ? { ref } : { code }), pn: form.pn.value });
  };
  return item;
}

/** `onMore(what, message)` carries out a choice of a bubble's menu. */
export function showMessages(list, messages, onMore) {
  const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  reconcile(list, withDays(messages), {
    keyOf: ({ key }) => key,
    make: ({ day, message }) =>
      day ? element('li', { className: 'day', textContent: day }) : makeBubble(message, onMore),
    update(item, { day, message, isTurn }) {
      if (day) return;
      item.classList.toggle('turn', isTurn);
      updateTicks(item.querySelector('.ticks'), message);
      updateWords(item, message);
    },
  });
  if (wasAtEnd) list.scrollTop = list.scrollHeight;
}

function withDays(messages) {
  const shown = [];
  let day;
  messages.forEach((message, index) => {
    const messageDay = text.formatDay(message.at);
    if (messageDay !== day) shown.push({ key: 'day ' + messageDay, day: messageDay });
    day = messageDay;
    const isTurn = messages[index - 1]?.writer !== message.writer;
    shown.push({ key: `${message.id} ${message.at}`, message, isTurn });
  });
  return shown;
}

function makeBubble(message, onMore) {
  const { writer, caption, type, filehash, at } = message;
  const picture = type === 'image' && filehash;
  return element(
    'li',
    { className: 'bubble ' + writer, dir: 'auto' },
    picture ? element('img', { src: `/phone/media/${filehash}`, alt: caption || 'Photo' }) : null,
    element('p', { className: 'words', dir: 'auto' }),
    element(
      'footer',
      {},
      makeMenu(message, onMore),
      element('span', { className: 'reaction' }),
      element('span', { className: 'changed' }),
      writer === 'owner' ? element('span', { textContent: 'from the phone' }) : null,
      element('time', { textContent: text.formatTime(at) }),
      element('span', { className: 'ticks' }),
    ),
  );
}

/** Anybody reacts; only who wrote on this phone edits and takes back. */
function makeMenu(message, onMore) {
  const menu = element('details', { className: 'more' });
  const choices = { reaction: 'React 👍' };
  if (message.writer !== 'line') Object.assign(choices, { edit: 'Edit …', revoke: 'Take back' });
  const choose = (what) => {
    menu.open = false;
    onMore(what, message.id);
  };
  const buttons = Object.entries(choices).map(([what, name]) =>
    element('button', { type: 'button', textContent: name, onclick: () => choose(what) }),
  );
  const summary = element('summary', { textContent: '⋯', ariaLabel: 'More', title: 'More' });
  menu.append(summary, element('div', {}, ...buttons));
  return menu;
}

function updateWords(item, message) {
  const { body, caption, type, filehash, reaction, edited, revoked } = message;
  const isPicture = type === 'image' && filehash;
  const words = revoked ? 'Taken back' : body || caption || (isPicture ? '' : `[${type}]`);
  setText(item, '.words', words);
  item.querySelector('.words').hidden = !words;
  item.classList.toggle('revoked', revoked);
  item.querySelector('.more').hidden = revoked;
  setText(item, '.reaction', (!revoked && reaction) || '');
  setText(item, '.changed', edited && !revoked ? 'edited' : '');
}
