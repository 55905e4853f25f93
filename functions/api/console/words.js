// Every word of the console in both languages, and the person's choice of one.
import en from "./words-en.js";
import ru from "./words-ru.js";
import { REASONS } from "./reasons-ru.js";

export const WORDS = { en, ru };
const CHOICE = "switchboard.language";

export let language = localStorage.getItem(CHOICE) ?? (navigator.language.startsWith("ru") ? "ru" : "en");

export function setLanguage(next) {
  language = next;
  localStorage.setItem(CHOICE, next);
  document.documentElement.lang = next;
}

export function t(name, values = {}) {
  const text = WORDS[language][name] ?? name;
  return text.replace(/\{(\w+)\}/g, (_, slot) => values[slot] ?? "");
}

export const locale = () => (language === "ru" ? "ru-RU" : "en-GB");

// The API explains a reason in English; its code is what the other language goes by.
export const reason = (line) => (language === "ru" && REASONS[line.reason]) || [line.reasonText, line.nextStep];
export const why = (code) => (language === "ru" && REASONS[code]?.[0]) || code.replaceAll("_", " ");
export const when = (at) => new Date(at).toLocaleString(locale(), { dateStyle: "short", timeStyle: "medium" });
