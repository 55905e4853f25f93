// What the embedded agent knows, and what it would answer.
import { api } from "./api.js";
import { card, el } from "./dom.js";
import { state } from "./state.js";
import { t } from "./words.js";

export const live = false;
export const load = async (line) => ({ entries: await api.knowledge(line.name) });

export function draw(act, panel) {
  const add = () => act(() => { panel.entries.push({ id: crypto.randomUUID(), phrasings: [], answer: "" }); });
  return el("section", { "aria-label": t("knowledge") },
    panel.entries.length === 0 && el("p", { class: "hint" }, t("noKnowledge")),
    el("div", { class: "knowledge" }, panel.entries.map((entry) => entryForm(act, panel, entry))),
    el("button", { type: "button", class: "add", onclick: add }, t("add")));
}

function entryForm(act, panel, entry) {
  const phrasings = el("textarea", { rows: "4", "aria-label": t("question"), placeholder: t("question") });
  phrasings.textContent = entry.phrasings.join("\n");
  const answer = el("textarea", { rows: "3", "aria-label": t("answer"), placeholder: t("answer") });
  answer.textContent = entry.answer;
  const again = async () => { panel.entries = await api.knowledge(state.line); };
  const save = (event) => {
    event.preventDefault();
    const wordings = phrasings.value.split("\n").map((text) => text.trim()).filter(Boolean);
    act(async () => { await api.putKnowledge(state.line, entry.id, { phrasings: wordings, answer: answer.value }); await again(); }, t("saved"));
  };
  const drop = () => act(async () => { await api.dropKnowledge(state.line, entry.id); await again(); });
  return el("form", { class: "card entry", onsubmit: save }, phrasings, answer,
    el("div", { class: "row" }, el("button", { class: "primary", type: "submit" }, t("save")), el("button", { type: "button", class: "danger", onclick: drop }, t("remove"))));
}
