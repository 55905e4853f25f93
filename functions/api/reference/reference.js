// Draws ../api/openapi.json: one fold an operation. Text only ever goes in as text.

const main = document.getElementById("reference");

const el = (tag, ...inside) => {
  const made = document.createElement(tag);
  made.append(...inside.filter((part) => part !== null && part !== ""));
  return made;
};

const quiet = (text) => {
  const made = el("span", ` ${text}`);
  made.className = "quiet";
  return made;
};

const nameOf = (reference) => reference.split("/").pop();

/** A schema in a few words: `string`, `Session[]`, `a | b`. */
function words(schema) {
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.anyOf) return schema.anyOf.map(words).join(" | ");
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (schema.type === "array") return `${words(schema.items)}[]`;
  return [].concat(schema.type ?? "anything").join(" | ");
}

function bounds(schema) {
  const said = [];
  for (const [key, word] of [["minimum", "≥"], ["maximum", "≤"]]) {
    if (key in schema) said.push(`${word} ${schema[key]}`);
  }
  if ("maxLength" in schema) said.push(`at most ${schema.maxLength} characters`);
  return said.join(", ");
}

function field(name, schema, needed) {
  const kind = [words(schema), bounds(schema), needed ? "required" : ""].filter(Boolean).join(", ");
  return [el("dt", el("code", name), quiet(kind)), el("dd", schema.description ?? "")];
}

function fields(schema) {
  const needed = new Set(schema.required ?? []);
  const list = el("dl");
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    list.append(...field(name, inner, needed.has(name)));
  }
  return list;
}

function parameters(operation) {
  const list = el("dl");
  for (const one of operation.parameters) {
    const [term, about] = field(one.name, one.schema, one.required);
    term.append(quiet(`in ${one.in}`));
    list.append(term, about);
  }
  return operation.parameters.length ? [el("h4", "Parameters"), list] : [];
}

const linkTo = (schema) => {
  if (schema.type === "array") return el("span", linkTo(schema.items), "[]");
  if (!schema.$ref) return el("code", words(schema));
  const link = el("a", nameOf(schema.$ref));
  link.href = `#${nameOf(schema.$ref)}`;
  return link;
};

function answers(operation) {
  const [status, answer] = Object.entries(operation.responses)[0];
  const list = el("dl");
  list.append(el("dt", status), el("dd", answer.description));
  for (const [media, content] of Object.entries(answer.content ?? {})) {
    list.append(el("dd", el("code", media), " ", content.schema ? linkTo(content.schema) : ""));
  }
  return [el("h4", "Answer"), list];
}

function drawOperation(path, method, operation) {
  const body = operation.requestBody?.content["application/json"].schema;
  return el(
    "details",
    el("summary", el("b", method.toUpperCase()), el("code", path), quiet(operation.summary)),
    operation.description ? el("p", operation.description) : null,
    operation.security ? el("p", "Answers without a key.") : null,
    ...parameters(operation),
    ...(body ? [el("h4", "Body"), el("p", linkTo(body))] : []),
    ...answers(operation),
  );
}

function drawSchema(name, schema) {
  const heading = el("h3", name);
  heading.id = name;
  return el("section", heading, fields(schema));
}

function draw(spec) {
  const byTag = new Map();
  for (const [path, methods] of Object.entries(spec.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const drawn = drawOperation(path, method, operation);
      const [tag] = operation.tags;
      byTag.set(tag, [...(byTag.get(tag) ?? []), drawn]);
    }
  }
  const source = el("a", "openapi.json");
  source.href = "../api/openapi.json";
  main.replaceChildren(
    el("h1", `${spec.info.title} API`),
    el("p", spec.info.description),
    el("p", "Send the key as ", el("code", "X-Api-Key"), ". The document: ", source),
    ...[...byTag].flatMap(([tag, drawn]) => [el("h2", tag), ...drawn]),
    el("h2", "Shapes"),
    ...Object.entries(spec.components.schemas).map(([name, schema]) => drawSchema(name, schema)),
  );
}

fetch("../api/openapi.json")
  .then((answer) => answer.json())
  .then(draw, () => main.replaceChildren(el("p", "The document did not load; reload the page.")));
