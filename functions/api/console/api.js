// The API, relative to this page: it may be served under a stage's prefix.

const BASE = new URL("../", location.href.replace(/[?#].*$/, "").replace(/\/[^/]*$/, "/"));
const KEY = "switchboard.key";

export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

export class ApiError extends Error {
  constructor(status, body) {
    super(body?.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = body?.code;
    this.field = body?.field;
  }
}

async function request(method, path, body) {
  const headers = { "X-Api-Key": key.get() ?? "", "X-Switchboard-Client": "switchboard-console" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(new URL(path, BASE), {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(20000),
  });
  const text = await answer.text();
  let parsed = null;
  try { parsed = text ? JSON.parse(text) : null; } catch { /* not ours: the status says enough */ }
  if (!answer.ok) throw new ApiError(answer.status, parsed);
  return { data: parsed, cursor: answer.headers.get("X-Next-Cursor") };
}

const enc = encodeURIComponent;
const data = async (...call) => (await request(...call)).data;

// Follows cursors up to a bound: a console shows hundreds, not a hundred thousand.
async function all(path, most = 500) {
  const items = [];
  let cursor = "";
  do {
    const joint = path.includes("?") ? "&" : "?";
    const page = await request("GET", `${path}${joint}limit=100${cursor ? `&cursor=${enc(cursor)}` : ""}`);
    items.push(...page.data);
    cursor = page.cursor;
  } while (cursor && items.length < most);
  return items;
}

async function picture(path) {
  const headers = { "X-Api-Key": key.get() ?? "", Accept: "application/json" };
  const answer = await fetch(new URL(path, BASE), { headers, signal: AbortSignal.timeout(20000) });
  const image = await answer.json().catch(() => null);
  if (!answer.ok) throw new ApiError(answer.status, image);
  return `data:${image.mimetype};base64,${image.data}`;
}

export const api = {
  lines: () => all("api/sessions"),
  line: (name) => data("GET", `api/sessions/${enc(name)}`),
  create: (name) => data("POST", "api/sessions", { name, start: true }),
  act: (name, verb) => data("POST", `api/sessions/${enc(name)}/${verb}`),
  remove: (name) => data("DELETE", `api/sessions/${enc(name)}`),
  qr: (name) => data("GET", `api/${enc(name)}/auth/qr?format=raw`),
  qrImage: (name) => picture(`api/${enc(name)}/auth/qr?format=image`),
  screenshot: (name) => picture(`api/screenshot?session=${enc(name)}`),
  pairingCode: (name, phoneNumber) => data("POST", `api/${enc(name)}/auth/request-code`, { phoneNumber }),
  chats: (name) => all(`api/${enc(name)}/chats`),
  messages: (name, chat) => data("GET", `api/${enc(name)}/chats/${enc(chat)}/messages?limit=100`),
  send: (session, chatId, text) => data("POST", "api/messages", { session, chatId, text }),
  pause: (name, active) => data("POST", `api/${enc(name)}/restriction`, { active }),
  contact: (name, chat) => data("GET", `api/${enc(name)}/contacts/${enc(chat)}`),
  changeContact: (name, chat, change) => data("PUT", `api/${enc(name)}/contacts/${enc(chat)}`, change),
  cancelMessage: (name, id) => data("DELETE", `api/messages/${enc(id)}?session=${enc(name)}`),
  outbox: (name) => data("GET", `api/${enc(name)}/outbox?limit=100`),
  failed: (name) => data("GET", `api/${enc(name)}/dead-letters?limit=100`),
  redrive: (name, id, unconfirmed) => data("POST", `api/${enc(name)}/dead-letters/${enc(id)}/redrive`, { unconfirmed }),
  settings: (name, change) => data("PUT", `api/${enc(name)}/settings`, change),
  notices: (name) => data("GET", `api/${enc(name)}/notices`),
  receivers: async (name) => (await data("GET", `api/${enc(name)}/webhooks`)).webhooks,
  putReceivers: (name, webhooks) => data("PUT", `api/${enc(name)}/webhooks`, { webhooks }),
  testReceivers: (name) => data("POST", `api/${enc(name)}/webhooks/test`),
  deliveries: (name, which = "all") => data("GET", `api/${enc(name)}/webhooks/deliveries?state=${which}&limit=50`),
  redeliver: (name, id) => data("POST", `api/${enc(name)}/webhooks/deliveries/${enc(id)}/redrive`),
  keys: (name) => all(`api/keys${name ? `?session=${enc(name)}` : ""}`),
  makeKey: (name, access) => data("POST", "api/keys", name ? { session: name, access } : { access }),
  rotateKey: (name, id) => data("POST", `api/keys/${enc(id)}/rotate${name ? `?session=${enc(name)}` : ""}`),
  revokeKey: (name, id) => data("DELETE", `api/keys/${enc(id)}${name ? `?session=${enc(name)}` : ""}`),
  knowledge: (name) => data("GET", `api/${enc(name)}/knowledge`),
  putKnowledge: (name, id, entry) => data("PUT", `api/${enc(name)}/knowledge/${enc(id)}`, entry),
  publishKnowledge: (name, id) => data("POST", `api/${enc(name)}/knowledge/${enc(id)}/publish`),
  tryKnowledge: (name, question, drafts) => data("POST", `api/${enc(name)}/knowledge/try`, { question, drafts }),
  dropKnowledge: (name, id) => data("DELETE", `api/${enc(name)}/knowledge/${enc(id)}`),
};
