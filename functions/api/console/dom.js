// Builds elements without innerHTML: whatever a customer writes stays text.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const replace = (node, ...children) => node.replaceChildren(...children.flat().filter(Boolean));

// Says something to a screen reader without moving the focus.
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

// Asks a second time in place, for what cannot be undone.
export function twice(label, question, run) {
  const button = el("button", { type: "button", class: "danger" }, label);
  button.addEventListener("click", () => {
    if (button.dataset.armed) return run();
    button.dataset.armed = "yes";
    button.textContent = question;
    announce(question);
    setTimeout(() => { delete button.dataset.armed; button.textContent = label; }, 5000);
  });
  return button;
}

// A labelled field of a form.
export const field = (label, input, hint) => el("label", { class: "field" }, el("span", {}, label), input, hint && el("span", { class: "hint" }, hint));

export const card = (title, ...children) => el("section", { class: "card", "aria-label": title }, el("h2", {}, title), ...children);
