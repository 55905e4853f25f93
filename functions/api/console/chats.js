// Conversations: the list, the thread with ticks and days, the send box, the takeover switch.
import { api } from "./api.js";
import { el } from "./dom.js";
import { chat, current, state } from "./state.js";
import { handOffReason } from "./handoff.js";
import { language, locale, t } from "./words.js";

const TICKS = { QUEUED: "🕓", SENT: "✓", DELIVERED: "✓✓", READ: "✓✓", FAILED: "⚠", UNCONFIRMED: "?", CANCELLED: "⊘", EXPIRED: "⊘" };
const STATUSES = ["NEW_LEAD", "IN_PROGRESS", "QUALIFIED", "CUSTOMER", "LOST"];
const clock = (at) => new Date(at).toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
const title = (one) => one.name || one.id.split("@")[0];

export const live = true;

export async function load(line) {
  state.chats = await api.chats(line.name);
  const known = state.chats.some((one) => one.id === state.chat);
  const [messages, contact] = known ? await Promise.all([api.messages(line.name, state.chat), api.contact(line.name, state.chat)]) : [[], null];
  const waits = messages.some((message) => message.state === "QUEUED");
  const places = waits ? (await api.outbox(line.name)).items : [];
  return { chats: state.chats, messages, contact, places };
}

export function draw(act, panel) {
  const choose = (id) => act(() => { state.chat = id; });
  Object.assign(state, { messages: panel.messages, contact: panel.contact });
  state.positions = new Map(panel.places.map((entry) => [entry.messageId, entry.position]));
  const open = conversation(act, () => choose(null));
  if (state.chat) open.append(sendBox(act));
  return [chatList(choose), open];
}

function day(at) {
  const that = new Date(at);
  const today = new Date();
  const days = Math.round((today.setHours(0, 0, 0, 0) - new Date(that).setHours(0, 0, 0, 0)) / 864e5);
  if (days < 2) return t(days === 1 ? "yesterday" : "today");
  return that.toLocaleDateString(locale(), { day: "numeric", month: "long", year: "numeric" });
}

function chatList(choose) {
  const sorted = [...state.chats].sort((a, b) => (b.timestamp ?? 0) - (a.timestamp ?? 0));
  const to = el("input", { id: "new-chat", placeholder: t("chatTo"), "aria-label": t("chatTo") });
  const open = (event) => { event.preventDefault(); if (to.value.trim()) choose(to.value.trim()); };
  return el("div", { class: "chats" },
    el("ul", { "aria-label": t("conversations") }, sorted.map((one) => el("li", {},
      el("button", { class: "chat", type: "button", "aria-current": one.id === state.chat ? "true" : null, onclick: () => choose(one.id) },
        el("span", { class: "avatar", "aria-hidden": "true" }, title(one).slice(0, 1).toUpperCase()),
        el("span", { class: "chat-name" }, title(one)),
        one.timestamp && el("time", {}, clock(one.timestamp * 1000)),
        el("span", { class: "preview" }, one.lastMessage ?? ""),
        one.needsHuman && el("span", { class: "badge waiting_qr", title: handOffReason(one.handOffReason) }, t("needsHuman")))))),
    sorted.length === 0 && el("p", { class: "hint empty" }, t("noChats")),
    el("form", { class: "row", onsubmit: open }, to, el("button", { type: "submit" }, t("open"))));
}

function bubble(message) {
  const label = message.fromMe ? `${t(message.writtenBy)}, ${t(message.state)}` : t("contact");
  return el("li", { class: `bubble ${message.fromMe ? "out" : "in"}`, dir: "auto", "aria-label": label },
    el("p", {}, message.revokedAt ? el("s", {}, message.body) : message.body || `[${message.type}]`),
    message.reactions.length > 0 && el("span", { class: "reactions", role: "img", "aria-label": t("reactions", { r: message.reactions.map((one) => one.text).join(" ") }) },
      message.reactions.map((one) => one.text).join(" ")),
    el("span", { class: "meta" },
      message.revokedAt ? el("em", {}, t("takenBack")) : message.editedAt && el("em", {}, t("edited")),
      message.fromMe && el("span", { class: "source" }, t(message.writtenBy)),
      state.positions.has(message.messageId) && el("span", {}, t("position", { n: state.positions.get(message.messageId) })),
      el("time", {}, clock(message.createdAt)),
      message.fromMe && el("span", { class: `ticks ${message.state.toLowerCase()}`, title: t(message.state) }, TICKS[message.state] ?? "")));
}

function thread() {
  const items = [];
  let last = null;
  for (const message of [...state.messages].reverse()) {
    const name = day(message.createdAt);
    if (name !== last) items.push(el("li", { class: "day" }, name));
    last = name;
    items.push(bubble(message));
  }
  return el("ol", { class: "thread", "aria-live": "polite", tabindex: "0" }, items);
}

function conversation(act, back) {
  if (!state.chat) return el("div", { class: "conversation vacant" }, el("p", { class: "hint" }, t(state.chats.length ? "chooseChat" : "noChats")));
  const one = chat();
  const list = thread();
  requestAnimationFrame(() => { list.scrollTop = list.scrollHeight; });
  return el("div", { class: "conversation" },
    el("header", {}, el("button", { class: "plain back", type: "button", onclick: back }, `← ${t("back")}`),
      el("h2", {}, one ? title(one) : state.chat), state.contact && person(act, state.contact, one)),
    list);
}

function person(act, contact, one) {
  const taken = one?.needsHuman || (contact.humanUntil && Date.parse(contact.humanUntil) > Date.now());
  const change = (what) => act(() => api.changeContact(state.line, state.chat, what));
  const status = el("select", { "aria-label": t("contactStatus"), onchange: () => change({ status: status.value }) },
    STATUSES.map((value) => el("option", { value, selected: value === contact.status }, t(value))));
  return [status,
    el("button", { type: "button", class: "switch", role: "switch", "aria-checked": String(Boolean(taken)), onclick: () => change({ human: !taken }) }, t("takeOver")),
    one?.needsHuman && el("span", { class: "badge waiting_qr hand-off" }, `${t("needsHuman")}: ${handOffReason(one.handOffReason)}`),
    el("span", { class: "hint" }, t(contact.optedOut ? "optOut" : taken ? "takenOver" : "agentOn"))];
}

// One box a conversation outlives every redraw: what is typed, and where, is never lost.
const boxes = new Map();

function sendBox(act) {
  const place = `${current().name} ${state.chat} ${language}`;
  if (!boxes.has(place)) boxes.set(place, makeSendBox(act));
  return boxes.get(place);
}

function makeSendBox(act) {
  const text = el("textarea", { id: "text", rows: "1", "aria-label": t("message"), placeholder: t("message") });
  const send = (event) => {
    event?.preventDefault();
    const body = text.value;
    if (!body.trim()) return;
    text.value = ""; // at once: a second Enter must not send it twice
    act(() => api.send(state.line, state.chat, body).catch((error) => {
      text.value = [body, text.value].filter(Boolean).join("\n");
      throw error;
    }));
  };
  text.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey) send(event); });
  return el("form", { class: "send row", onsubmit: send }, text, el("button", { class: "primary", type: "submit" }, t("send")));
}
