// The QR with its count-down; it turns into the conversations by itself once the phone scanned.
import { api } from "./api.js";
import { el } from "./dom.js";
import { current } from "./state.js";
import { language, t } from "./words.js";

let shown = { value: null, image: null };

// The image is fetched once a QR, not once a second.
async function refresh(line, target) {
  try {
    const { value } = await api.qr(line.name);
    if (value !== shown.value) shown = { value, image: await api.qrImage(line.name) };
    if (shown.image) target.src = shown.image;
  } catch { /* between two QRs there is none */ }
}

export function link() {
  const line = current();
  const image = el("img", { class: "qr", alt: t("scan"), width: "264", height: "264" });
  if (shown.image) image.src = shown.image;
  refresh(line, image);
  const left = line.qr ? Math.max(0, Math.round((Date.parse(line.qr.expiresAt) - Date.now()) / 1000)) : 0;
  return el("section", { class: "link card", "aria-label": t("scan") },
    el("h2", {}, t("scan")), el("p", { class: "hint" }, t("scanHow")), image,
    el("p", { class: "countdown" }, left ? t("qrLeft", { n: line.qr.number, s: left }) : t("qrWait")), pairing(line.name));
}

let kept = { of: "", node: null };

// Drawn once a line: the count-down draws the rest again each second, and a number is being typed.
function pairing(name) {
  const of = `${name} ${language}`;
  if (kept.of !== of) kept = { of, node: pairingForm(name) };
  return kept.node;
}

function pairingForm(name) {
  const code = el("p", { class: "code", role: "status" });
  const number = el("input", { id: "pair", type: "tel", "aria-label": t("phoneNumber"), placeholder: t("phoneNumber") });
  const ask = async (event) => {
    event.preventDefault();
    code.textContent = t("working");
    try { code.textContent = `${t("codeIs")} ${(await api.pairingCode(name, number.value)).code}`; }
    catch (error) { code.textContent = error.message; }
  };
  return el("details", {}, el("summary", {}, t("byNumber")), el("form", { class: "row kept", onsubmit: ask }, number, el("button", { type: "submit" }, t("getCode"))), code);
}
