// What is left of the limits, who answers, and what is known of the line's page.
import { api } from "./api.js";
import { card, el, field } from "./dom.js";
import { current, state } from "./state.js";
import { t, when } from "./words.js";

const WINDOWS = [["perMinute", "minute"], ["perHour", "hour"], ["perDay", "day"]];
const AGENTS = { knowledge: "knowledgeAgent", bedrock: "bedrockAgent", openai: "openaiAgent", off: "offAgent" };

export const live = false;
export const load = async () => ({ picture: null });

export function draw(act, panel) {
  const line = current();
  return [
    card(t("limits"), line.quota.map(left), limitsForm(act),
      !line.restriction.active && el("button", { type: "button", class: "pause", onclick: () => act(() => api.pause(line.name, true)) }, t("pause"))),
    card(t("agentSettings"), agentForm(act, line.config)),
    card(t("facts"), facts(line), page(act, line, panel)),
  ];
}

const left = (one) => el("div", { class: "quota" },
  el("span", {}, t("perWindow", { w: t(one.window) })),
  el("meter", { min: "0", max: String(Math.max(1, one.limit)), value: String(Math.min(one.used, one.limit)), "aria-label": t(one.window) }),
  el("span", { class: "hint" }, t("left", { n: one.remaining, m: one.limit })));

function limitsForm(act) {
  const limits = current().config.limits;
  const fields = WINDOWS.map(([name, word]) =>
    [name, word, el("input", { id: `limit-${word}`, type: "number", min: "0", max: "100000", value: String(limits[name]) })]);
  const save = (event) => {
    event.preventDefault();
    const wanted = Object.fromEntries(fields.map(([name, , input]) => [name, Number(input.value)]));
    act(() => api.settings(state.line, { limits: wanted }), t("saved"), event.target);
  };
  return el("form", { id: "limits", class: "row limits", onsubmit: save }, fields.map(([, word, input]) => field(t("perWindow", { w: t(word) }), input)), el("button", { type: "submit" }, t("save")));
}

function choice(options, chosen) {
  return el("select", {}, options.map(([value, label]) => el("option", { value, selected: value === chosen }, label)));
}

function agentForm(act, config) {
  const agent = choice(Object.entries(AGENTS).map(([value, word]) => [value, t(word)]), config.agent);
  const unknown = choice([["resend", t("resend")], ["unconfirmed", t("unconfirmed_choice")]], config.onUnknown);
  const said = el("textarea", { rows: "2" });
  said.textContent = config.handOffText;
  const groups = el("input", { type: "checkbox", checked: config.groups });
  const told = el("textarea", { id: "instructions", rows: "4", maxlength: "4000" });
  told.textContent = config.instructions ?? "";
  const budget = el("input", { id: "budget", type: "number", min: "0", max: "1000", step: "0.01", value: String(config.dailyBudgetMicros / 1e6) });
  const quiet = quietHours(config.quietHours);
  const save = (event) => {
    event.preventDefault();
    const change = { agent: agent.value, onUnknown: unknown.value, handOffText: said.value, groups: groups.checked };
    const spent = Math.round(Number(budget.value) * 1e6);
    act(() => api.settings(state.line, { ...change, instructions: told.value, dailyBudgetMicros: spent, quietHours: quiet.value() }), t("saved"), event.target);
  };
  return el("form", { id: "agent", onsubmit: save }, field(t("agentKind"), agent), field(t("instructions"), told, t("instructionsHint")), field(t("dailyBudget"), budget, t("dailyBudgetHint")),
    field(t("handOffText"), said), field(t("onUnknown"), unknown), quiet.fields,
    el("label", { class: "check" }, groups, t("groups")), el("button", { type: "submit", class: "primary" }, t("save")));
}

// Empty start and end: none. The person's own time zone is offered.
function quietHours(hours) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const start = el("input", { id: "quiet-start", type: "time", value: hours?.start ?? "" });
  const end = el("input", { id: "quiet-end", type: "time", value: hours?.end ?? "" });
  const where = el("input", { id: "quiet-zone", type: "text", maxlength: "64", value: hours?.timeZone ?? zone });
  const given = () => ({ start: start.value, end: end.value, timeZone: where.value.trim() });
  return {
    value: () => (start.value || end.value ? given() : {}),
    fields: el("fieldset", {}, el("legend", {}, t("quietHours")), el("p", { class: "hint" }, t("quietHint")),
      el("div", { class: "row" }, field(t("quietFrom"), start), field(t("quietTo"), end), field(t("timeZone"), where))),
  };
}

function facts(line) {
  const known = [["webVersion", line.webVersion], ["waJsVersion", line.waJsVersion], ["lastEventAt", line.lastEventAt && when(line.lastEventAt)], ["lastError", line.lastError]];
  return el("dl", {}, known.filter(([, value]) => value).flatMap(([word, value]) => [el("dt", {}, t(word)), el("dd", {}, value)]));
}

function page(act, line, panel) {
  const look = () => act(async () => { panel.picture = await api.screenshot(line.name); });
  return [el("button", { type: "button", disabled: line.wanted !== "RUNNING", onclick: look }, t("screenshot")),
    panel.picture && el("img", { class: "page", src: panel.picture, alt: t("yourPage") })];
}
