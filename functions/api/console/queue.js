// What waits to be sent, and what failed for good.
import { api } from "./api.js";
import { card, el, twice } from "./dom.js";
import { state } from "./state.js";
import { t, when, why } from "./words.js";

const PRIORITIES = ["urgent", "normal", "bulk"];

export const live = true;

export async function load(line) {
  const [outbox, failed] = await Promise.all([api.outbox(line.name), api.failed(line.name)]);
  return { outbox, failed };
}

export function draw(act, { outbox, failed }) {
  return [
    card(t("outbox"),
      el("p", { class: "row" }, el("strong", {}, t("total", { n: outbox.total })),
        PRIORITIES.map((name) => el("span", { class: "badge" }, `${t(name)}: ${outbox.byPriority[name] ?? 0}`))),
      outbox.total === 0 ? el("p", { class: "hint" }, t("queueEmpty")) : el("ol", { class: "rows" }, outbox.items.map((entry) => waiting(act, entry)))),
    card(t("failedMessages"),
      failed.length === 0 ? el("p", { class: "hint" }, t("noneFailed")) : el("ul", { class: "rows" }, failed.map((letter) => failure(act, letter)))),
  ];
}

function waiting(act, entry) {
  const later = entry.sendAt && Date.parse(entry.sendAt) > Date.now();
  return el("li", {}, el("span", { class: "number" }, String(entry.position)),
    el("span", { class: "grow" }, entry.chatId.split("@")[0], el("span", { class: "hint" }, ` ${t(entry.priority)}${later ? ` · ${t("sendAt", { at: when(entry.sendAt) })}` : ""}`)),
    el("button", { type: "button", onclick: () => act(() => api.cancelMessage(state.line, entry.messageId)) }, t("cancelMessage")));
}

function failure(act, letter) {
  const unknown = letter.state === "UNCONFIRMED";
  const again = () => act(() => api.redrive(state.line, letter.messageId, unknown));
  return el("li", {}, el("span", { class: `badge ${unknown ? "disconnected" : "error"}` }, t(letter.state)),
    el("span", { class: "grow" }, letter.chatId.split("@")[0], el("span", { class: "hint" }, ` ${why(letter.errorCode)} · ${when(letter.endedAt)}`)),
    unknown ? twice(t("redrive"), t("redriveUnknown"), again) : el("button", { type: "button", class: "redrive", onclick: again }, t("redrive")));
}
