// The console: draws the page from `state`, asks the API at a pace, pauses while hidden.
import { ApiError, api, key } from "./api.js";
import * as conversations from "./chats.js";
import { announce, el, replace } from "./dom.js";
import * as integrations from "./integrations.js";
import * as keys from "./keys.js";
import * as knowledge from "./knowledge.js";
import { lineHead, lineList, restriction } from "./lines.js";
import { link } from "./link.js";
import * as outbox from "./queue.js";
import * as settings from "./settings.js";
import { forgetKey, loadLines, showSignIn } from "./signin.js";
import { current, pace, state } from "./state.js";
import { isDirty, keepingUnsaved, taken, values } from "./unsaved.js";
import { language, setLanguage, t } from "./words.js";

// A tab loads its panel and draws it; a live one asks again at each tick.
const TABS = { conversations, outbox, knowledge, integrations, settings, keys };

const root = document.getElementById("app");
let timer = 0;
let drawn = "";
let panel = null;
let panelOf = "";

async function load() {
  state.lines = await loadLines();
  const line = current();
  if (!line) state.line = null;
  if (!line || line.state === "WAITING_QR") return;
  const wanted = `${line.name} ${state.tab}`;
  const tab = TABS[state.tab];
  const isHere = () => !tab.live && panel && panelOf === wanted;
  if (isHere()) return;
  const loaded = await tab.load(line);
  // Another load may have been faster, and somebody may have begun to type since.
  if (wanted === `${state.line} ${state.tab}` && !isHere()) [panel, panelOf] = [loaded, wanted];
}

// Runs an action of the person, then shows what came of it at once. The form whose values it takes
// is theirs again, as it was, when it fails.
async function act(action, said, form) {
  const given = form && values(form);
  state.busy += 1;
  showBusy();
  try {
    await action();
    if (form) taken(form, given);
    state.error = null;
    if (said) announce(said);
  } catch (error) {
    state.error = error.message;
  }
  state.busy -= 1;
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
  clearTimeout(timer); // another tick may have come while this one waited
  if (!document.hidden && key.get()) timer = setTimeout(tick, pace());
}

function choose(name) {
  Object.assign(state, { line: name, chat: null, tab: "conversations", error: null, secret: null });
  panel = null;
  draw(true);
  tick();
}

function chooseTab(tab) {
  Object.assign(state, { tab, error: null, secret: null });
  panel = null;
  draw(true);
  tick(); // not forced: another tick may have shown the panel, and somebody types in it already
}

function signOut() {
  clearTimeout(timer);
  forgetKey();
  Object.assign(state, { lines: [], line: null, chat: null, secret: null });
  [drawn, panel] = ["", null];
  showSignIn(root, () => tick(true));
}

const isBusy = () => root.querySelector("details[open] form.entry") !== null || [...root.querySelectorAll("form.entry, .card form:not(.kept), nav form:focus-within")].some(isDirty);

// Redraws only when something changed, and, unless it must, not under somebody who fills in a form.
function draw(force) {
  const waits = current()?.state === "WAITING_QR" && Math.floor(Date.now() / 1000);
  const lines = state.lines.map(({ updatedAt, quota, timestamps, lastEventAt, ...line }) => line);
  const next = JSON.stringify([lines, state.line, state.chat, state.tab, panel, state.error, language, waits]);
  if (!force && (next === drawn || isBusy())) return;
  drawn = next;
  keepingUnsaved(root, () => replace(root, top(),
    el("div", { class: `layout ${state.line ? "has-line" : ""} ${state.chat ? "has-chat" : ""}` }, lineList(act, choose), main())));
}

function showBusy() {
  const bar = root.querySelector(".progress");
  if (bar) bar.hidden = false;
}

function top() {
  return el("header", { class: "top" }, el("img", { src: "icon.svg", alt: "", width: "28", height: "28" }), el("strong", {}, "Switchboard"),
    el("span", { class: "grow" }),
    el("button", { class: "plain", type: "button", onclick: () => { setLanguage(language === "en" ? "ru" : "en"); draw(true); } }, t("language")),
    el("button", { class: "plain", type: "button", onclick: signOut }, t("signOut")),
    el("div", { class: "progress", role: "progressbar", "aria-label": t("working"), hidden: state.busy === 0 }));
}

function main() {
  const problem = state.error && el("p", { class: "problem", role: "alert" }, state.error);
  const line = current();
  if (!line) return el("main", {}, problem, el("div", { class: "vacant" }, el("p", { class: "hint" }, t(state.lines.length ? "chooseLine" : "noLines"))));
  return el("main", {}, lineHead(act, () => choose(null)), restriction(act), problem,
    line.state === "WAITING_QR" ? link() : [tabs(), shownPanel()]);
}

// One tab stop; the arrow keys move between the tabs.
function tabs() {
  const names = Object.keys(TABS);
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = names[(names.indexOf(state.tab) + step + names.length) % names.length];
    chooseTab(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return el("div", { class: "tabs", role: "tablist", onkeydown: move }, names.map((name) => {
    const chosen = state.tab === name;
    return el("button", { id: `tab-${name}`, type: "button", role: "tab", "aria-selected": String(chosen), "aria-controls": "panel", tabindex: chosen ? "0" : "-1", onclick: () => chooseTab(name) }, t(name));
  }));
}

function shownPanel() {
  const kind = state.tab === "conversations" ? "talk" : "panel";
  const box = el("div", { id: "panel", class: kind, role: "tabpanel", "aria-labelledby": `tab-${state.tab}` });
  if (panel && panelOf === `${state.line} ${state.tab}`) box.append(...[TABS[state.tab].draw(act, panel)].flat().filter(Boolean));
  return box;
}

document.addEventListener("visibilitychange", () => { if (!document.hidden && key.get()) tick(); });
document.documentElement.lang = language;
if (key.get()) tick(true); else signOut();
