// Why the agent gave a conversation to a person: the API's codes in both languages.
import { language } from "./words.js";

const MODEL = ["the model did not answer", "модель не ответила"];
const CHECKED = ["the model's answer was held back", "ответ модели задержан"];
const WHY = {
  no_answer: ["no answer is known", "ответа нет"],
  asked_for_operator: ["asked for a person", "просит человека"],
  complaint: ["complains", "жалуется"],
  distress: ["is in distress", "в беде"],
  other: ["needs a person", "нужен человек"],
  bot_loop: ["looks like another bot", "похоже на другого бота"],
  agent_failed: MODEL, model_throttled: MODEL, model_unavailable: MODEL, model_timed_out: MODEL,
  model_denied: MODEL, model_loop: MODEL, model_nonsense: MODEL,
  daily_budget_spent: ["the day's budget is spent", "дневной бюджет исчерпан"],
  reply_too_long: CHECKED, reply_reveals_prompt: CHECKED, reply_has_unknown_link: CHECKED, reply_has_unknown_number: CHECKED,
};

export const handOffReason = (code) => WHY[code]?.[language === "ru" ? 1 : 0] ?? String(code ?? "").replaceAll("_", " ");
