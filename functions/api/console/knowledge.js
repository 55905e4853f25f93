// What the embedded agent knows, as drafts and live, and what it would answer.
import { api } from "./api.js";
import { announce, card, el, field } from "./dom.js";
import { state } from "./state.js";
import { t } from "./words.js";

export const live = false;
export const load = async (line) => ({ entries: await api.knowledge(line.name) });

export function draw(act, panel) {
  const add = () => act(() => { panel.entries.push({ id: crypto.randomUUID(), stage: "new", phrasings: [], answer: "" }); });
  return el("section", { "aria-label": t("knowledge") },
    tryOut(panel),
    panel.entries.length === 0 && el("p", { class: "hint" }, t("noKnowledge")),
    el("div", { class: "knowledge" }, panel.entries.map((entry) => entryForm(act, panel, entry))),
    el("button", { type: "button", class: "add", onclick: add }, t("add")));
}

function entryForm(act, panel, entry) {
  const phrasings = el("textarea", { rows: "4", "aria-label": t("question"), placeholder: t("question") });
  phrasings.textContent = entry.phrasings.join("\n");
  const answer = el("textarea", { rows: "3", "aria-label": t("answer"), placeholder: t("answer") });
  answer.textContent = entry.answer;
  const again = async () => {
    const unsaved = panel.entries.filter((one) => one.stage === "new" && one !== entry);
    panel.entries = [...await api.knowledge(state.line), ...unsaved];
  };
  const draft = entry.stage === "draft";
  const store = (asDraft) => {
    const wordings = phrasings.value.split("\n").map((text) => text.trim()).filter(Boolean);
    const given = { phrasings: wordings, answer: answer.value, draft: asDraft };
    act(async () => { await api.putKnowledge(state.line, entry.id, given); await again(); }, t("saved"), form);
  };
  const save = (event) => { event.preventDefault(); store(draft); };
  const publish = () => act(async () => { await api.publishKnowledge(state.line, entry.id); await again(); }, t("published"));
  const drop = () => act(async () => { if (entry.stage !== "new") await api.dropKnowledge(state.line, entry.id); await again(); });
  const form = el("form", { id: `entry-${encodeURIComponent(entry.id)}`, class: "card entry", onsubmit: save },
    draft && el("p", {}, el("span", { class: "badge waiting_qr" }, t("draft")), el("span", { class: "hint" }, ` ${t("draftHint")}`)),
    phrasings, answer,
    el("div", { class: "row" },
      el("button", { class: "primary", type: "submit" }, t("save")),
      draft ? el("button", { type: "button", class: "publish", onclick: publish }, t("publish"))
        : el("button", { type: "button", class: "draft", onclick: () => store(true) }, t("saveDraft")),
      el("button", { type: "button", class: "danger", onclick: drop }, t("remove"))));
  return form;
}

// Shows its result in place: a redraw would take away what is typed in the forms below.
function tryOut(panel) {
  const question = el("input", { type: "text", id: "try", maxlength: "1000", required: true });
  const drafts = el("input", { type: "checkbox", checked: true });
  const found = el("div", { class: "found", role: "status" });
  const button = el("button", { type: "submit" }, t("tryOut"));
  if (panel.trial) found.append(...trial(panel.trial));
  const ask = async (event) => {
    event.preventDefault();
    button.disabled = true;
    found.replaceChildren(el("p", { class: "hint" }, t("working")));
    try {
      panel.trial = await api.tryKnowledge(state.line, question.value, drafts.checked);
      found.replaceChildren(...trial(panel.trial));
    } catch (error) {
      panel.trial = null;
      found.replaceChildren(el("p", { class: "problem" }, error.message));
      announce(error.message);
    }
    button.disabled = false;
  };
  return card(t("tryTitle"), el("form", { id: "try-out", class: "kept try", onsubmit: ask },
    field(t("tryQuestion"), question), el("label", { class: "check" }, drafts, t("tryDrafts")), button), found);
}

function trial(told) {
  const percent = (share) => `${Math.round(share * 100)} %`;
  return [
    el("p", {}, el("strong", { class: `verdict ${told.verdict}` }, t(`verdict_${told.verdict}`)),
      el("span", { class: "hint" }, ` ${t("sureness", { s: percent(told.sureness), a: percent(told.answerFrom), m: percent(told.menuFrom) })}`)),
    told.reply && el("blockquote", {}, told.reply),
    told.candidates.length > 0 && el("ol", { class: "rows" }, told.candidates.map((one) => el("li", {},
      el("span", { class: "grow" }, one.phrasing), el("span", { class: "number" }, one.score.toFixed(2))))),
  ].filter(Boolean);
}
