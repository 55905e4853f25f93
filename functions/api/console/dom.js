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
