/* How numbers, times and states are written. */

const MINUTE_SECONDS = 60;
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long' });
const TICKS = { 1: '✓', 2: '✓✓', 3: '✓✓' };
const TICK_NAMES = { 1: 'sent', 2: 'delivered', 3: 'read' };

/** +1 555 000 1111 for ten digits after a one, else the digits in groups of three. */
export function formatNumber(digits) {
  const northAmerican = /^1(\d{3})(\d{3})(\d{4})$/.exec(digits);
  if (northAmerican) return '+1 ' + northAmerican.slice(1).join(' ');
  return /^\d+$/.test(digits) ? '+' + digits.replace(/(\d{3})(?=\d)/g, '$1 ') : digits;
}

export const formatTime = (seconds) => clock.format(new Date(seconds * 1000));

export const formatDay = (seconds) => date.format(new Date(seconds * 1000));

export function formatWaiting(since) {
  const seconds = Math.max(0, Math.round(Date.now() / 1000 - since));
  if (seconds < MINUTE_SECONDS) return 'waiting';
  return `waiting for ${Math.round(seconds / MINUTE_SECONDS)} min`;
}

/** The ticks of an ack: {text, name}. */
export const ticksOf = (ack) => ({ text: TICKS[ack] ?? '', name: TICK_NAMES[ack] ?? '' });

export function initials(name, number) {
  const words = (name || '').trim().split(/\s+/).filter(Boolean);
  if (!words.length) return number.slice(-2);
  return words
    .slice(0, 2)
    .map((word) => [...word][0].toUpperCase())
    .join('');
}

/** A stable colour for a number. */
export const hueOf = (number) => (Number(number.slice(-6)) * 47) % 360 || 160;

export function describeMessage(message) {
  if (!message) return 'No messages yet';
  return message.body || message.caption || (message.type === 'image' ? 'Photo' : message.type);
}

export function describeAccount({ devices, online, queued }) {
  if (!devices) return 'Logged out';
  const waiting = queued ? ` · ${queued} waiting` : '';
  return (online ? 'Connected' : 'Linked, page away') + waiting;
}
