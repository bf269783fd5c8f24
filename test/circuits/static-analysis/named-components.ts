// Circom source without anonymous components, for tools that skip the templates that have some in a loop:
//
//   for (var i = 0; i < n; i++) { x[i] <== T(2)(a[i], b); }
//
// becomes, on the same lines,
//
//   component t1[n];
//   for (var i = 0; i < n; i++) { t1[i] = T(2); t1[i].a <== a[i]; t1[i].b <== b; x[i] <== t1[i].out; }

import { blocks } from "./declarations.ts";
import type { Signature } from "./signatures.ts";
import { closing, skipSpace, type Token, textOf, tokensOf } from "./tokens.ts";

type Signatures = ReadonlyMap<string, Signature>;

/** @param signatures Of every template that the source may use. */
export function withNamedComponents(source: string, signatures: Signatures): string {
  const tokens = tokensOf(source);
  let text = "";
  let at = 0;
  for (const { start, end, body } of blocks(tokens, "template")) {
    text += textOf(tokens.slice(at, start)) + new TemplateBody(signatures).rewrite(body);
    at = end;
  }
  return text + textOf(tokens.slice(at));
}

type Loop = { readonly counter: string; readonly size: string; readonly end: number };

class TemplateBody {
  readonly #signatures: Signatures;
  readonly #declared: string[] = [];
  #loops: Loop[] = [];

  constructor(signatures: Signatures) {
    this.#signatures = signatures;
  }

  rewrite(body: readonly Token[]): string {
    let text = "";
    let at = 1;
    while (at < body.length) {
      this.#loops = this.#loops.filter(({ end }) => end > at);
      const token = body[at]?.text ?? "";
      if (body[at]?.kind === "space" || token === "{" || token === "}" || token === "else") {
        text += token;
        at++;
      } else if (token === "for" || token === "if") {
        const end = closing(body, skipSpace(body, at + 1));
        text += textOf(body.slice(at, end));
        if (token === "for") this.#loops.push(loopOf(body, at, end));
        at = end;
      } else {
        const end = body.findIndex(({ text }, position) => position > at && text === ";") + 1;
        const statement = body.slice(at, end);
        const rewritten = this.#statement(statement);
        text += rewritten + "\n".repeat(lines(textOf(statement)) - lines(rewritten));
        at = end;
      }
    }
    return `{${this.#declared.map((component) => ` component ${component};`).join("")}${text}`;
  }

  #statement(tokens: readonly Token[]): string {
    const before: string[] = [];
    const operator = tokens.findIndex(({ text }) => text === "<==");
    const target = textOf(tokens.slice(0, Math.max(operator, 0))).trim();
    const first = skipSpace(tokens, operator + 1);
    const call = this.#call(tokens, first, before);
    // A component alone on the right: what it returns is what is assigned, or nothing is.
    if (call !== undefined && tokens[call.end]?.text === ";") {
      return [...before, ...assignments(target, call.outputs)].join(" ");
    }
    const text = this.#expression(tokens, before);
    return [...before, text].join(" ");
  }

  /** The expression with components' outputs in the place of components, which `before` makes. */
  #expression(tokens: readonly Token[], before: string[]): string {
    let text = "";
    let at = 0;
    while (at < tokens.length) {
      const call = this.#call(tokens, at, before);
      text += call === undefined ? (tokens[at]?.text ?? "") : call.outputs.join(", ");
      at = call?.end ?? at + 1;
    }
    return text;
  }

  #call(
    tokens: readonly Token[],
    at: number,
    before: string[],
  ): { outputs: string[]; end: number } | undefined {
    const name = tokens[at]?.text ?? "";
    const signature = this.#signatures.get(name);
    if (signature === undefined || tokens[at + 1]?.text !== "(") return undefined;
    const open = closing(tokens, at + 1);
    if (tokens[open]?.text !== "(") return undefined;
    const end = closing(tokens, open);
    const values = listed(tokens.slice(open + 1, end - 1)).map((value) =>
      this.#expression(value, before).replace(/\s+/g, " ").trim(),
    );
    const stem = `${name[0]?.toLowerCase()}${name.slice(1)}_${this.#declared.length + 1}`;
    this.#declared.push(stem + this.#loops.map(({ size }) => `[${size}]`).join(""));
    const component = stem + this.#loops.map(({ counter }) => `[${counter}]`).join("");
    const given = values.join(", ") === "" ? [] : signature.inputs;
    before.push(`${component} = ${textOf(tokens.slice(at, open))};`);
    // A value may be several, where a component with several outputs is an argument.
    const flat = values.length === given.length ? values : values.join(", ").split(", ");
    before.push(...given.map((input, position) => `${component}.${input} <== ${flat[position]};`));
    return { outputs: signature.outputs.map((output) => `${component}.${output}`), end };
  }
}

/** `x <== output;`, also of `signal (x, y)` and `_`. */
function assignments(target: string, outputs: readonly string[]): string[] {
  if (target === "" || target === "_") return [];
  const tuple = /^(signal )?\s*\((.*)\)$/s.exec(target);
  if (tuple === null) return [`${target} <== ${outputs[0]};`];
  const names = (tuple[2] ?? "").split(/,(?![^[]*\])/);
  return names.map((name, position) => `${tuple[1] ?? ""}${name.trim()} <== ${outputs[position]};`);
}

function lines(text: string): number {
  return text.split("\n").length;
}

/** Of `for (var i = a; i < b; i++)`, or down from a. */
function loopOf(body: readonly Token[], at: number, header: number): Loop {
  const text = textOf(body.slice(at, header));
  const match = /var (\w+) = (.*); \1 (<|>=) (.*); \1(\+\+|--)/.exec(text);
  if (match === null) throw new Error(`A loop of another form than is known here: ${text}`);
  const [, counter = "", from = "", comparison, to = ""] = match;
  const end = closing(body, skipSpace(body, header));
  return { counter, size: comparison === "<" ? to : `${from} + 1`, end };
}

/** What stands between the commas outside of brackets. */
function listed(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at];
    if (token?.text === ",") {
      parts.push([]);
      at++;
      continue;
    }
    const end = "([{".includes(token?.text ?? " ") ? closing(tokens, at) : at + 1;
    parts.at(-1)?.push(...tokens.slice(at, end));
    at = end;
  }
  return parts;
}
