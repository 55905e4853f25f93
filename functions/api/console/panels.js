// What the agent knows, and what is left of the limits.
import { api } from "./api.js";
import { el } from "./dom.js";
import { current, state } from "./state.js";
import { t } from "./words.js";

export function quota(act) {
  const line = current();
  return el("section", { class: "card", "aria-label": t("settings") },
    el("h2", {}, t("settings")),
    line.quota.map((one) => el("div", { class: "quota" },
      el("span", {}, t("perWindow", { w: t(one.window) })),
      el("meter", { min: "0", max: String(Math.max(1, one.limit)), value: String(Math.min(one.used, one.limit)), "aria-label": t(one.window) }),
      el("span", { class: "hint" }, t("left", { n: one.remaining, m: one.limit })))),
    limitsForm(act),
    !line.restriction.active && el("button", { type: "button", onclick: () => act(() => api.pause(line.name, true)) }, t("pause")));
}

function limitsForm(act) {
  const limits = current().config.limits;
  const fields = [["perMinute", "minute"], ["perHour", "hour"], ["perDay", "day"]].map(([name, word]) =>
    [name, el("input", { type: "number", min: "0", max: "100000", value: String(limits[name]), "aria-label": t("perWindow", { w: t(word) }) })]);
  const save = (event) => {
    event.preventDefault();
    const wanted = Object.fromEntries(fields.map(([name, input]) => [name, Number(input.value)]));
    act(() => api.change(state.line, { limits: wanted }));
  };
  return el("form", { class: "row", onsubmit: save }, fields.map(([, input]) => input), el("button", { type: "submit" }, t("save")));
}

function entryForm(act, entry) {
  const phrasings = el("textarea", { rows: "4", "aria-label": t("question"), placeholder: t("question") });
  phrasings.textContent = entry.phrasings.join("\n");
  const answer = el("textarea", { rows: "3", "aria-label": t("answer"), placeholder: t("answer") });
  answer.textContent = entry.answer;
  const save = (event) => {
    event.preventDefault();
    const wordings = phrasings.value.split("\n").map((text) => text.trim()).filter(Boolean);
    act(async () => {
      await api.putKnowledge(state.line, entry.id, { phrasings: wordings, answer: answer.value });
      state.knowledge = await api.knowledge(state.line);
    }, t("saved"));
  };
  const drop = () => act(async () => {
    await api.dropKnowledge(state.line, entry.id);
    state.knowledge = await api.knowledge(state.line);
  });
  return el("form", { class: "card entry", onsubmit: save }, phrasings, answer,
    el("div", { class: "row" }, el("button", { class: "primary", type: "submit" }, t("save")), el("button", { type: "button", class: "danger", onclick: drop }, t("remove"))));
}

export function knowledge(act) {
  const list = el("div", { class: "knowledge" }, state.knowledge.map((entry) => entryForm(act, entry)));
  const add = () => act(() => { state.knowledge = [...state.knowledge, { id: crypto.randomUUID(), phrasings: [], answer: "" }]; });
  return el("section", { "aria-label": t("knowledge") },
    state.knowledge.length === 0 && el("p", { class: "hint" }, t("noKnowledge")), list,
    el("button", { type: "button", onclick: add }, t("add")));
}
