// Circom 2.2 source without its buses, for tools that do not know them: each field of a bus becomes a signal of its
// own, `identity.ax` is `identity_ax`. Statements stay on their lines.
//
//   bus B() { … }                    nothing
//   input B() x[n];                  signal input x_f[n];                 for each field f
//   B() x <== T()(…);                signal x_f; …  (x_f, …) <== T()(…);
//   x[i].f[j], c.x[i].f[j]           x_f[i][j], c.x_f[i][j]
//   x <== y;                         x_f <== y_f;                         for each field f
//   T()(…, x, …)                     T()(…, x_f, …)

import { blocks, type Declarations, type Field, type Scope } from "./declarations.ts";
import { closing, skipSpace, type Token, textOf, tokensOf } from "./tokens.ts";

export function withPlainSignals(source: string, declarations: Declarations): string {
  const tokens = tokensOf(source);
  let text = "";
  let at = 0;
  for (const { start, end, name, body } of blocks(tokens, "template")) {
    const scope = declarations.templates.get(name);
    if (scope === undefined) throw new Error(`The template ${name} is not among the declarations.`);
    text += textOf(tokens.slice(at, start));
    text += new TemplateBody(body, scope, declarations).rewritten();
    at = end;
  }
  return withoutBuses(text + textOf(tokens.slice(at)));
}

/** Bus definitions become empty lines. */
function withoutBuses(source: string): string {
  const tokens = tokensOf(source);
  let text = "";
  let at = 0;
  for (const { start, end } of blocks(tokens, "bus")) {
    const keyword = tokens.slice(0, start).findLastIndex((token) => token.text === "bus");
    const lines = textOf(tokens.slice(keyword, end)).split("\n").length;
    text += textOf(tokens.slice(at, keyword)) + "\n".repeat(lines - 1);
    at = end;
  }
  return text + textOf(tokens.slice(at));
}

/** A name with what follows it: indices, and ports or fields. */
type Chain = {
  readonly end: number;
  /** All its signals if it is a whole bus, else one. */
  readonly signals: readonly string[];
  readonly whole: boolean;
};

class TemplateBody {
  readonly #tokens: readonly Token[];
  readonly #scope: Scope;
  readonly #declarations: Declarations;

  constructor(tokens: readonly Token[], scope: Scope, declarations: Declarations) {
    this.#tokens = tokens;
    this.#scope = scope;
    this.#declarations = declarations;
  }

  rewritten(): string {
    return this.#rewrite(0, this.#tokens.length);
  }

  #rewrite(from: number, to: number): string {
    let text = "";
    let at = from;
    while (at < to) {
      const rule = this.#startsStatement(at) ? (this.#declaration(at) ?? this.#assignment(at)) : undefined;
      const chain = rule === undefined ? this.#chain(at) : undefined;
      if (rule !== undefined) {
        text += rule.text;
        at = rule.end;
      } else if (chain !== undefined) {
        text += chain.signals.join(", ");
        at = chain.end;
      } else {
        text += this.#text(at);
        at++;
      }
    }
    return text;
  }

  /** `input B() x[n];`, `B() x;` or `B() x <== …`. */
  #declaration(start: number): { text: string; end: number } | undefined {
    const direction = /^(input|output)$/.test(this.#text(start)) ? this.#text(start) : undefined;
    const type = direction === undefined ? start : skipSpace(this.#tokens, start + 1);
    const fields = this.#declarations.buses.get(this.#text(type));
    if (fields === undefined || this.#text(type + 1) !== "(") return undefined;
    const name = skipSpace(this.#tokens, closing(this.#tokens, type + 1));
    let next = skipSpace(this.#tokens, name + 1);
    let dimensions = "";
    while (this.#text(next) === "[") {
      const end = closing(this.#tokens, next);
      dimensions += textOf(this.#tokens.slice(next, end));
      next = skipSpace(this.#tokens, end);
    }
    const keyword = direction === undefined ? "signal" : `signal ${direction}`;
    const declared = fields.map(
      (field) => `${keyword} ${this.#text(name)}_${field.name}${dimensions}${field.dimensions};`,
    );
    if (this.#text(next) === ";") return { text: declared.join(" "), end: next + 1 };
    return { text: `${declared.join(" ")} `, end: name };
  }

  /** `x <== y;` or `x <== T()(…);` of a whole bus x. */
  #assignment(start: number): { text: string; end: number } | undefined {
    const left = this.#chain(start);
    if (left?.whole !== true) return undefined;
    const operator = skipSpace(this.#tokens, left.end);
    if (this.#text(operator) !== "<==") return undefined;
    const value = skipSpace(this.#tokens, operator + 1);
    const right = this.#chain(value);
    if (right?.whole !== true) return { text: `(${left.signals.join(", ")})`, end: left.end };
    const pairs = left.signals.map((signal, position) => `${signal} <== ${right.signals[position]};`);
    return { text: pairs.join(" "), end: skipSpace(this.#tokens, right.end) + 1 };
  }

  #chain(start: number): Chain | undefined {
    if (this.#tokens[start]?.kind !== "name") return undefined;
    const name = this.#text(start);
    const bus = this.#scope.busOf.get(name);
    const template = this.#scope.templateOf.get(name);
    if (bus !== undefined) return this.#fields(name, bus, start + 1);
    if (template === undefined) return undefined;
    const [indices, dot] = this.#indices(start + 1);
    if (this.#text(dot) !== ".") return { end: dot, signals: [name + indices], whole: false };
    const port = this.#text(dot + 1);
    const portBus = this.#declarations.templates.get(template)?.busOf.get(port);
    const prefix = `${name}${indices}.${port}`;
    if (portBus !== undefined) return this.#fields(prefix, portBus, dot + 2);
    return { end: dot + 2, signals: [prefix], whole: false };
  }

  /** What stands behind a name that is a bus: indices, and a field or none. */
  #fields(prefix: string, bus: string, from: number): Chain {
    const [indices, dot] = this.#indices(from);
    const fields: readonly Field[] = this.#declarations.buses.get(bus) ?? [];
    if (this.#text(dot) !== ".") {
      return { end: dot, signals: fields.map((field) => `${prefix}_${field.name}${indices}`), whole: true };
    }
    return { end: dot + 2, signals: [`${prefix}_${this.#text(dot + 1)}${indices}`], whole: false };
  }

  #indices(from: number): [text: string, end: number] {
    let at = from;
    while (this.#text(at) === "[") at = closing(this.#tokens, at);
    return [this.#rewrite(from, at), at];
  }

  #startsStatement(at: number): boolean {
    if (this.#tokens[at]?.kind !== "name") return false;
    let before = at - 1;
    while (this.#tokens[before]?.kind === "space") before--;
    // Behind a declaration, the value that it is given makes a statement of its own.
    return /^[{};]?$/.test(this.#text(before)) || this.#text(before) === ")";
  }

  #text(at: number): string {
    return this.#tokens[at]?.text ?? "";
  }
}
