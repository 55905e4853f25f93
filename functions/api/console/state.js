// What the page shows, and when it asks the API again.

export const state = {
  lines: [],
  scoped: null, // the line's name when the key belongs to one organization
  line: null,
  chat: null,
  tab: "conversations",
  chats: [],
  messages: [],
  knowledge: [],
  taken: new Set(), // chats that this person took over in this tab
  error: null,
};

const FAST = 1000;
const SLOW = 3000;

// A line that waits for something changes soon; a settled one seldom.
export const pace = () => (["WAITING_QR", "STARTING", "DISCONNECTED"].includes(current()?.state) ? FAST : SLOW);

export const current = () => state.lines.find((line) => line.name === state.line) ?? null;

export const chat = () => state.chats.find((one) => one.id === state.chat) ?? null;
