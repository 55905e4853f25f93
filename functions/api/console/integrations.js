// Receivers of events, what became of each delivery, and what operators were told.
import { api } from "./api.js";
import { card, el, field } from "./dom.js";
import { handOffReason } from "./handoff.js";
import { state } from "./state.js";
import { t, when, why } from "./words.js";

export const live = true;

export async function load(line) {
  const [receivers, log, dead, notices] = await Promise.all([
    api.receivers(line.name), api.deliveries(line.name), api.deliveries(line.name, "dead"), api.notices(line.name)]);
  return { receivers, log, dead, notices };
}

export function draw(act, panel) {
  const put = (receivers, form) => act(() => api.putReceivers(state.line, receivers.map(change)), t("saved"), form);
  return [
    card(t("receivers"),
      panel.receivers.length === 0 && el("p", { class: "hint" }, t("noReceivers")),
      panel.receivers.map((one) => receiverForm(one, (changed, form) => put(panel.receivers.map((other) => (other === one ? changed : other)), form), () => put(panel.receivers.filter((other) => other !== one)))),
      el("details", {}, el("summary", {}, t("addReceiver")), receiverForm({ url: "", events: ["*"] }, (made, form) => put([...panel.receivers, made], form))),
      panel.receivers.length > 0 && el("button", { type: "button", class: "test", onclick: () => act(() => api.testReceivers(state.line), t("tested")) }, t("testReceivers"))),
    card(t("deliveries"),
      [...panel.dead, ...panel.log].length === 0 && el("p", { class: "hint" }, t("noDeliveries")),
      el("ul", { class: "rows" }, panel.dead.map((one) => delivery(act, one)), panel.log.map((one) => delivery(act, one)))),
    card(t("notices"),
      panel.notices.length === 0 ? el("p", { class: "hint" }, t("noNotices"))
        : el("ul", { class: "rows" }, panel.notices.map((one) => el("li", {}, el("span", { class: "grow" }, why(one.kind), el("span", { class: "hint" }, ` ${because(one)}`)), el("time", {}, when(one.at)))))),
  ];
}

const because = (notice) => (notice.kind === "hand_off" ? handOffReason(notice.code) : why(notice.code));

// Secrets are never shown: what is left out stays as it is.
const change = ({ url, events, key }) => ({ url, events, ...(key ? { hmac: { key } } : {}) });

function receiverForm(receiver, put, drop) {
  const url = el("input", { type: "url", value: receiver.url, required: true });
  const events = el("input", { value: receiver.events.join(", ") });
  const key = el("input", { type: "password", autocomplete: "off" });
  const save = (event) => {
    event.preventDefault();
    const names = events.value.split(",").map((name) => name.trim()).filter(Boolean);
    put({ url: url.value.trim(), events: names, key: key.value }, event.target);
  };
  return el("form", { id: `receiver-${encodeURIComponent(receiver.url)}`, class: "entry receiver", onsubmit: save },
    field(t("receiverUrl"), url), field(t("receiverEvents"), events),
    field(t("receiverKey"), key, receiver.hmac?.set && `${t("keySet")} ${t("keyKept")}`),
    el("div", { class: "row" }, el("button", { type: "submit", class: "primary" }, t("save")), drop && el("button", { type: "button", class: "danger", onclick: drop }, t("remove"))));
}

const COLOURS = { delivered: "connected", dead: "error" };

function delivery(act, one) {
  const told = [one.status, one.error && why(one.error), one.durationMs !== null && `${one.durationMs} ms`].filter(Boolean).join(" · ");
  return el("li", {}, el("span", { class: `badge ${COLOURS[one.outcome] ?? "disconnected"}` }, t(one.outcome)),
    el("span", { class: "grow" }, one.event, el("span", { class: "hint" }, ` ${new URL(one.url).host} · ${told}`)),
    el("time", {}, when(one.at)),
    one.outcome === "dead" && el("button", { type: "button", class: "redrive", onclick: () => act(() => api.redeliver(state.line, one.id)) }, t("redrive")));
}
