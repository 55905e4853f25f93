// API keys of the organization, and of administrators: a secret is shown once.
import { api } from "./api.js";
import { announce, card, el, twice } from "./dom.js";
import { state } from "./state.js";
import { t, when } from "./words.js";

export const live = false;

// An organization's key may not see the administrators' ones.
export async function load(line) {
  const [own, everything] = await Promise.all([api.keys(line.name), api.keys(null).catch(() => null)]);
  return { own, everything };
}

export function draw(act, panel) {
  const owners = [[t("ownKeys"), state.line, panel.own], [t("wholeKeys"), null, panel.everything]];
  return owners.filter(([, , keys]) => keys).map(([title, owner, keys]) => card(title,
    state.secret?.owner === owner && secret(),
    el("ul", { class: "rows" }, keys.map((key) => row(act, panel, owner, key))),
    form(act, panel, owner)));
}

const again = async (panel) => Object.assign(panel, await load({ name: state.line }));

function secret() {
  const copy = async () => { await navigator.clipboard?.writeText(state.secret.key); announce(t("copied")); };
  return el("div", { class: "banner" }, el("div", {}, el("p", {}, t("keyOnce")), el("code", { class: "secret" }, state.secret.key)),
    el("button", { type: "button", onclick: copy }, t("copy")));
}

function show(owner, made) {
  state.secret = { owner, key: made.key };
}

function row(act, panel, owner, key) {
  const rotate = () => act(async () => { show(owner, await api.rotateKey(owner, key.id)); await again(panel); });
  const revoke = () => act(async () => { await api.revokeKey(owner, key.id); await again(panel); });
  return el("li", {}, el("span", { class: "grow" }, key.id.slice(-8), el("span", { class: "hint" }, ` ${t(key.access)} · ${t("made", { at: when(key.createdAt) })}`)),
    key.revokedAt ? el("span", { class: "badge" }, t("revoked")) : [twice(t("rotate"), t("rotateSure"), rotate), twice(t("revoke"), t("revokeSure"), revoke)]);
}

function form(act, panel, owner) {
  const access = el("select", { "aria-label": t("access") }, ["write", "read"].map((value) => el("option", { value }, t(value))));
  const make = (event) => {
    event.preventDefault();
    act(async () => { show(owner, await api.makeKey(owner, access.value)); await again(panel); });
  };
  return el("form", { class: "row", onsubmit: make }, access, el("button", { type: "submit" }, t("newKey")));
}
