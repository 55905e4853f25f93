// What somebody typed stays theirs until an action has taken it: a redraw puts it back.
// Forms are told apart by their id; one without keeps nothing.

const shown = new WeakMap(); // form -> its values when it was drawn, or when an action took them

const fields = (form) => [...form.elements].filter((one) => one.matches("input, select, textarea"));
export const values = (form) => fields(form).map((one) => (one.type === "checkbox" ? one.checked : one.value));
export const taken = (form, given) => shown.set(form, given);
export const isDirty = (form) => changed(form).length > 0;

function changed(form) {
  const before = shown.get(form) ?? values(form);
  return values(form).map((now, at) => ({ at, now })).filter(({ at, now }) => now !== before[at]);
}

// Runs `redraw`, then gives each form what was typed in it, and the focus back to where it was.
export function keepingUnsaved(root, redraw) {
  const typed = [...root.querySelectorAll("form[id]")].map((form) => [form.id, changed(form)]).filter(([, found]) => found.length);
  const focus = focused();
  redraw();
  root.querySelectorAll("form").forEach((form) => taken(form, values(form)));
  for (const [id, found] of typed) {
    const form = document.getElementById(id);
    if (form) found.forEach(({ at, now }) => type(fields(form)[at], now));
  }
  focus();
}

function type(field, value) {
  if (!field) return;
  field[field.type === "checkbox" ? "checked" : "value"] = value;
  field.closest("details")?.setAttribute("open", "");
}

function focused() {
  const { id, form, selectionStart, selectionEnd } = document.activeElement ?? {};
  const at = form?.id ? fields(form).indexOf(document.activeElement) : -1;
  return () => {
    const again = id ? document.getElementById(id) : at >= 0 && fields(document.getElementById(form.id) ?? form)[at];
    if (!again) return;
    again.focus();
    if (Number.isInteger(selectionStart)) again.setSelectionRange(selectionStart, selectionEnd);
  };
}
