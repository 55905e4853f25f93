// The list of lines, and the head of the chosen one.
import { api } from "./api.js";
import { el, twice } from "./dom.js";
import { current, state } from "./state.js";
import { reason, t, why } from "./words.js";

export const badge = (line) => el("span", { class: `badge ${line.state.toLowerCase()}` }, t(line.state));

export function lineList(act, choose) {
  const name = el("input", { id: "new-line", placeholder: t("name"), "aria-label": t("name"), maxlength: "64", autocomplete: "off" });
  const create = (event) => {
    event.preventDefault();
    const wanted = name.value.trim();
    if (wanted) act(async () => { await api.create(wanted); state.line = wanted; }, null, event.target);
  };
  return el("nav", { class: "lines", "aria-label": t("lines") },
    el(state.line ? "h2" : "h1", { class: "lines-title" }, t("lines")), // the page's heading is the chosen line's
    el("ul", {}, state.lines.map((line) => el("li", {},
      el("button", { class: "line", type: "button", "aria-current": line.name === state.line ? "true" : null, onclick: () => choose(line.name) },
        el("span", { class: "line-name" }, line.name), badge(line),
        el("span", { class: "hint" }, line.me?.pushName ? `${line.me.pushName} · ${line.me.id.split("@")[0]}` : reason(line)[0]))))),
    state.lines.length === 0 && el("p", { class: "hint" }, t("noLines")),
    el("form", { id: "create-line", class: "row", onsubmit: create }, name, el("button", { class: "primary", type: "submit" }, t("create"))));
}

export function lineHead(act, back) {
  const line = current();
  const does = (verb) => () => act(() => api.act(line.name, verb));
  const running = line.wanted === "RUNNING" && line.state !== "STOPPED";
  return el("header", { class: "line-head" },
    el("button", { class: "plain back", type: "button", onclick: back }, `← ${t("lines")}`),
    el("div", { class: "line-title" }, el("h1", {}, line.name), badge(line),
      el("p", { class: "hint" }, line.state === "CONNECTED" ? line.me?.pushName ?? "" : reason(line).join(" "))),
    el("div", { class: "row actions" },
      !running && el("button", { class: "primary", type: "button", onclick: does("start") }, t("start")),
      running && el("button", { type: "button", onclick: does("stop") }, t("stop")),
      running && el("button", { type: "button", onclick: does("restart") }, t("restart")),
      line.state === "CONNECTED" && twice(t("unlink"), t("unlinkSure"), does("logout")),
      !running && twice(t("remove"), t("removeSure"), () => act(async () => { await api.remove(line.name); state.line = null; }))));
}

export function restriction(act) {
  const line = current();
  if (!line.restriction.active) return null;
  return el("div", { class: "banner", role: "alert" },
    el("div", {}, el("strong", {}, `${t("paused")}: ${why(line.restriction.kind)}`), el("p", {}, t("queueKept"))),
    el("button", { class: "primary", type: "button", onclick: () => act(() => api.pause(line.name, false)) }, t("resume")));
}
