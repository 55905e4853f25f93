// What the page shows, and when it asks the API again.

export const state = {
  lines: [],
  line: null,
  chat: null,
  tab: "conversations",
  chats: [],
  messages: [],
  contact: null, // the person of the open chat
  positions: new Map(), // message id -> place in the queue, while one waits
  busy: 0, // actions under way
  secret: null, // a new key, until the next one or another tab
  error: null,
};

const FAST = 1000;
const SLOW = 3000;

// A line that waits for something changes soon; a settled one seldom.
export const pace = () => (["WAITING_QR", "STARTING", "DISCONNECTED"].includes(current()?.state) ? FAST : SLOW);

export const current = () => state.lines.find((line) => line.name === state.line) ?? null;

export const chat = () => state.chats.find((one) => one.id === state.chat) ?? null;
