// The console: draws the page from `state`, asks the API at a pace, pauses while hidden.
import { ApiError, api, key } from "./api.js";
import { chatList, conversation, sendBox } from "./chats.js";
import { announce, el, replace } from "./dom.js";
import { lineHead, lineList, restriction } from "./lines.js";
import { link } from "./link.js";
import { knowledge, quota } from "./panels.js";
import { forgetKey, loadLines, showSignIn } from "./signin.js";
import { current, pace, state } from "./state.js";
import { language, setLanguage, t } from "./words.js";

const root = document.getElementById("app");
let timer = 0;
let drawn = "";
let box = null;

async function load() {
  state.lines = await loadLines();
  if (!current()) state.line = null;
  if (state.line && state.tab === "conversations" && current().state !== "WAITING_QR") {
    state.chats = await api.chats(state.line);
    const known = state.chats.some((one) => one.id === state.chat);
    state.messages = known ? await api.messages(state.line, state.chat) : [];
  }
}

// Runs an action of the person, then shows what came of it at once.
async function act(action, said) {
  try {
    await action();
    state.error = null;
    if (said) announce(said);
  } catch (error) {
    state.error = error.message;
  }
  await tick(true);
}

async function tick(force = false) {
  clearTimeout(timer);
  const before = current()?.state;
  try {
    await load();
    if (!force && state.error === t("offline")) state.error = null;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return signOut();
    state.error = error instanceof ApiError ? error.message : t("offline");
  }
  const after = current()?.state;
  const turned = before && after && before !== after;
  if (turned) announce(`${state.line}: ${t(after)}`);
  draw(force || turned);
  if (!document.hidden) timer = setTimeout(tick, pace());
}

const choose = (name) => { Object.assign(state, { line: name, chat: null, chats: [], messages: [], tab: "conversations", error: null }); box = null; tick(true); };
const chooseChat = (id) => { state.chat = id; state.messages = []; tick(true); };

async function chooseTab(tab) {
  state.tab = tab;
  if (tab === "knowledge") state.knowledge = await api.knowledge(state.line);
  tick(true);
}

function signOut() {
  clearTimeout(timer);
  forgetKey();
  Object.assign(state, { lines: [], line: null, chat: null });
  drawn = "";
  showSignIn(root, () => tick(true));
}

const isDirty = (form) => [...form.elements].some((field) => field.defaultValue !== undefined && field.value !== field.defaultValue);
const isBusy = () => [...root.querySelectorAll("form.entry, .card form, nav form:focus-within")].some(isDirty);

// Redraws only when something changed: a form that somebody fills in must stay.
function draw(force) {
  const waits = current()?.state === "WAITING_QR" && Math.floor(Date.now() / 1000);
  const next = JSON.stringify([state.lines.map(({ updatedAt, quota: _, ...line }) => line), state.line, state.chat, state.tab, state.chats, state.messages, state.error, language, waits]);
  if (!force && (next === drawn || isBusy())) return;
  drawn = next;
  const focused = document.activeElement?.id;
  replace(root, top(), el("div", { class: `layout ${state.line ? "has-line" : ""} ${state.chat ? "has-chat" : ""}` }, lineList(act, choose), main()));
  if (focused) document.getElementById(focused)?.focus();
}

function top() {
  return el("header", { class: "top" }, el("img", { src: "icon.svg", alt: "", width: "28", height: "28" }), el("strong", {}, "Switchboard"),
    el("span", { class: "grow" }),
    el("button", { class: "plain", type: "button", onclick: () => { setLanguage(language === "en" ? "ru" : "en"); box = null; draw(true); } }, t("language")),
    el("button", { class: "plain", type: "button", onclick: signOut }, t("signOut")));
}

function main() {
  const problem = state.error && el("p", { class: "problem", role: "alert" }, state.error);
  const line = current();
  if (!line) return el("main", {}, problem, el("div", { class: "vacant" }, el("p", { class: "hint" }, t(state.lines.length ? "chooseLine" : "noLines"))));
  const tabs = ["conversations", "knowledge", "settings"].map((name) =>
    el("button", { type: "button", role: "tab", "aria-selected": String(state.tab === name), onclick: () => chooseTab(name) }, t(name)));
  return el("main", {}, lineHead(act, () => choose(null)), restriction(act), problem,
    line.state === "WAITING_QR" ? link() : [el("div", { class: "tabs", role: "tablist" }, tabs), panel()]);
}

function panel() {
  if (state.tab === "knowledge") return el("div", { class: "panel" }, knowledge(act));
  if (state.tab === "settings") return el("div", { class: "panel" }, quota(act));
  box ??= sendBox(act);
  const open = conversation(act, () => chooseChat(null));
  if (state.chat) open.append(box);
  return el("div", { class: "talk" }, chatList(chooseChat), open);
}

document.addEventListener("visibilitychange", () => { if (!document.hidden && key.get()) tick(); });
document.documentElement.lang = language;
if (key.get()) tick(true); else signOut();
