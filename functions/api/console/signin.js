// Signing in: a key, and for an organization's key the name of its line.
import { api, key, ApiError } from "./api.js";
import { el, replace } from "./dom.js";
import { state } from "./state.js";
import { language, setLanguage, t } from "./words.js";

const SCOPED = "switchboard.line";

export async function loadLines() {
  const scoped = sessionStorage.getItem(SCOPED);
  if (scoped) return [await api.line(scoped)];
  return api.lines();
}

export function forgetKey() {
  key.forget();
  sessionStorage.removeItem(SCOPED);
}

export function showSignIn(root, done) {
  const input = el("input", { id: "key", type: "password", autocomplete: "off", required: true });
  const line = el("input", { id: "line", type: "text", autocomplete: "off" });
  const lineField = el("div", { class: "field", hidden: true }, el("label", { for: "line" }, t("lineName")), line, el("p", { class: "hint" }, t("lineHint")));
  const problem = el("p", { class: "problem", role: "alert" });
  const submit = async (event) => {
    event.preventDefault();
    problem.textContent = "";
    key.set(input.value.trim());
    if (line.value.trim()) sessionStorage.setItem(SCOPED, line.value.trim());
    try {
      state.lines = await loadLines();
      done();
    } catch (error) {
      if (error instanceof ApiError && error.code === "forbidden") {
        lineField.hidden = false;
        line.focus();
        return;
      }
      forgetKey();
      problem.textContent = error.status === 401 || error.status === 403 ? t("badKey") : error.message;
    }
  };
  replace(root, el("main", { class: "signin" },
    el("div", { class: "card" },
      el("img", { src: "icon.svg", alt: "", width: "56", height: "56" }),
      el("h1", {}, "Switchboard"),
      el("p", { class: "hint" }, t("tagline")),
      el("form", { onsubmit: submit },
        el("div", { class: "field" }, el("label", { for: "key" }, t("key")), input, el("p", { class: "hint" }, t("keyHint"))),
        lineField, problem,
        el("button", { class: "primary", type: "submit" }, t("signIn"))),
      el("button", { class: "plain", type: "button", onclick: () => { setLanguage(language === "en" ? "ru" : "en"); showSignIn(root, done); } }, t("language")))));
  input.focus();
}
