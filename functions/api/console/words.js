// Every word of the console in both languages; `check` finds a key that one of them lacks.

const EN = {
  tagline: "WhatsApp for many organizations", key: "API key", signIn: "Sign in", signOut: "Sign out",
  badKey: "This key is not known.", keyHint: "Paste an API key. It stays in this tab only.",
  lineName: "Line", lineHint: "Your key belongs to one organization: name its line.", lines: "Lines",
  newLine: "New line", name: "Name", create: "Create", noLines: "No lines yet. Create the first one.", chooseLine: "Choose a line.",
  noChats: "Conversations appear here once a customer writes.", start: "Start", stop: "Stop",
  restart: "Restart", unlink: "Unlink", unlinkSure: "Really unlink? The phone must scan again.",
  remove: "Delete", removeSure: "Really delete this line?", cancel: "Cancel", conversations: "Conversations", knowledge: "Answers",
  settings: "Limits", scan: "Scan with the phone", scanHow: "WhatsApp → Linked devices → Link a device",
  qrLeft: "QR {n} of 6, new one in {s} s", qrWait: "A new QR is coming…", byNumber: "Link with a phone number instead",
  phoneNumber: "Phone number", getCode: "Get code", codeIs: "Type this code on the phone:",
  message: "Message", send: "Send", takeOver: "I answer", takenOver: "You answer here; the agent is silent.",
  agentOn: "The agent answers.", agent: "agent", phone: "phone", console: "console", api: "api",
  contact: "customer", pause: "Pause sending", resume: "Resume sending", paused: "Sending is paused",
  queueKept: "Messages wait and go out after you resume.", minute: "minute", hour: "hour", day: "day",
  left: "{n} of {m} left", today: "Today", yesterday: "Yesterday", needsHuman: "needs you",
  back: "Back", question: "Ways to ask, one a line", answer: "Answer", save: "Save", add: "Add an answer",
  noKnowledge: "Teach the agent: a question in several wordings and its answer.", saved: "Saved",
  STOPPED: "Stopped", STARTING: "Starting", WAITING_QR: "Scan the QR", CONNECTED: "Connected",
  DISCONNECTED: "Reconnecting", ERROR: "Error", QUEUED: "waiting", SENT: "sent", DELIVERED: "delivered",
  READ: "read", FAILED: "failed", UNCONFIRMED: "unconfirmed", CANCELLED: "cancelled", EXPIRED: "expired",
  offline: "No answer from the server; trying again…", newChat: "New conversation", chatTo: "Phone number or chat id", open: "Open", perWindow: "Messages a {w}", language: "Русский",
};

const RU = {
  tagline: "WhatsApp для многих организаций", key: "Ключ API", signIn: "Войти", signOut: "Выйти",
  badKey: "Этот ключ неизвестен.", keyHint: "Вставьте ключ API. Он остаётся только в этой вкладке.",
  lineName: "Линия", lineHint: "Ваш ключ принадлежит одной организации: назовите её линию.", lines: "Линии",
  newLine: "Новая линия", name: "Имя", create: "Создать", noLines: "Линий пока нет. Создайте первую.", chooseLine: "Выберите линию.",
  noChats: "Разговоры появятся, когда напишет клиент.", start: "Запустить", stop: "Остановить",
  restart: "Перезапустить", unlink: "Отвязать", unlinkSure: "Точно отвязать? Телефон придётся сканировать снова.",
  remove: "Удалить", removeSure: "Точно удалить эту линию?", cancel: "Отмена", conversations: "Разговоры", knowledge: "Ответы",
  settings: "Лимиты", scan: "Отсканируйте телефоном", scanHow: "WhatsApp → Связанные устройства → Привязка устройства",
  qrLeft: "QR {n} из 6, новый через {s} с", qrWait: "Сейчас появится новый QR…", byNumber: "Привязать по номеру телефона",
  phoneNumber: "Номер телефона", getCode: "Получить код", codeIs: "Введите этот код на телефоне:",
  message: "Сообщение", send: "Отправить", takeOver: "Отвечаю я", takenOver: "Здесь отвечаете вы; агент молчит.",
  agentOn: "Отвечает агент.", agent: "агент", phone: "телефон", console: "консоль", api: "api",
  contact: "клиент", pause: "Приостановить отправку", resume: "Возобновить отправку", paused: "Отправка приостановлена",
  queueKept: "Сообщения ждут и уйдут после возобновления.", minute: "минута", hour: "час", day: "день",
  left: "осталось {n} из {m}", today: "Сегодня", yesterday: "Вчера", needsHuman: "нужны вы",
  back: "Назад", question: "Варианты вопроса, по одному в строке", answer: "Ответ", save: "Сохранить", add: "Добавить ответ",
  noKnowledge: "Научите агента: вопрос в нескольких формулировках и ответ.", saved: "Сохранено",
  STOPPED: "Остановлена", STARTING: "Запускается", WAITING_QR: "Ждёт QR", CONNECTED: "Подключена",
  DISCONNECTED: "Переподключение", ERROR: "Ошибка", QUEUED: "в очереди", SENT: "отправлено", DELIVERED: "доставлено",
  READ: "прочитано", FAILED: "не отправлено", UNCONFIRMED: "не подтверждено", CANCELLED: "отменено", EXPIRED: "устарело",
  offline: "Сервер не отвечает; пробуем снова…", newChat: "Новый разговор", chatTo: "Номер телефона или id чата", open: "Открыть", perWindow: "Сообщений: {w}", language: "English",
};

export const WORDS = { en: EN, ru: RU };
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
