// What the sources declare as buses: the fields of each, and which names of a template are of which.

import { closing, skipSpace, type Token, textOf, tokensOf } from "./tokens.ts";

export type Field = { readonly name: string; readonly dimensions: string };

/** Fields of each bus, in order. */
export type Buses = ReadonlyMap<string, readonly Field[]>;

/** A template's names that are buses, and its components. */
export type Scope = {
  readonly busOf: ReadonlyMap<string, string>;
  readonly templateOf: ReadonlyMap<string, string>;
};

export type Declarations = { readonly buses: Buses; readonly templates: ReadonlyMap<string, Scope> };

/** The declarations of all files together: a file uses buses and templates of those that it includes. */
export function readDeclarations(sources: readonly string[]): Declarations {
  const tokens = sources.map(tokensOf);
  const buses = new Map<string, readonly Field[]>();
  for (const { name, body } of tokens.flatMap((file) => blocks(file, "bus"))) buses.set(name, fieldsOf(body));
  const templates = new Map<string, Scope>();
  for (const { name, body } of tokens.flatMap((file) => blocks(file, "template"))) {
    templates.set(name, scopeOf(body, buses));
  }
  return { buses, templates };
}

type Block = { readonly name: string; readonly start: number; readonly end: number; readonly body: Token[] };

/** The blocks `<keyword> Name(…) { body }` of a file, `start` and `end` around the body with its braces. */
export function blocks(tokens: readonly Token[], keyword: "bus" | "template"): Block[] {
  const found: Block[] = [];
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at]?.text !== keyword) continue;
    const name = skipSpace(tokens, at + 1);
    const start = tokens.findIndex(({ text }, position) => position > name && text === "{");
    const end = closing(tokens, start);
    found.push({ name: tokens[name]?.text ?? "", start, end, body: tokens.slice(start, end) });
    at = end - 1;
  }
  return found;
}

function fieldsOf(body: readonly Token[]): Field[] {
  const text = textOf(body.filter(({ kind, text }) => kind !== "space" || !/^\/[/*]/.test(text)));
  return [...text.matchAll(/\bsignal\s+(\w+)\s*((?:\[[^\]]*\])*)/g)].map(
    ([, name = "", dimensions = ""]) => ({
      name,
      dimensions,
    }),
  );
}

function scopeOf(body: readonly Token[], buses: Buses): Scope {
  const busOf = new Map<string, string>();
  const templateOf = new Map<string, string>();
  const code = body.filter(({ kind }) => kind !== "space");
  for (const [at, { text }] of code.entries()) {
    const name = code[at + 3];
    if (buses.has(text) && code[at + 1]?.text === "(" && name?.kind === "name") busOf.set(name.text, text);
    if (text === "=" && code[at + 1]?.kind === "name" && code[at + 2]?.text === "(") {
      templateOf.set(componentBefore(code, at), code[at + 1]?.text ?? "");
    }
  }
  return { busOf, templateOf };
}

/** The name in `name[…] = Template(…)`. */
function componentBefore(code: readonly Token[], equals: number): string {
  let at = equals - 1;
  for (let open = 0; open > 0 || code[at]?.kind !== "name"; at--) {
    if (code[at]?.text === "]") open++;
    if (code[at]?.text === "[") open--;
  }
  return code[at]?.text ?? "";
}
