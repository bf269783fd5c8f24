// Circom source cut into tokens that, put together again, are the source.

export type Token = {
  readonly text: string;
  readonly kind: "space" | "name" | "other";
};

const pattern =
  /(?<space>\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<name>[A-Za-z_$][\w$]*)|"[^"\n]*"|\d\w*|<==|==>|<--|-->|===|[^\s\w]/y;

export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(source); match !== null; match = pattern.exec(source)) {
    const { space, name } = match.groups ?? {};
    const kind = space !== undefined ? "space" : name !== undefined ? "name" : "other";
    tokens.push({ text: match[0], kind });
  }
  if (textOf(tokens) !== source) throw new Error("The source has a character that is no token of Circom.");
  return tokens;
}

export function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ text }) => text).join("");
}

/** Position of the next token from `from` on that is neither space nor comment. */
export function skipSpace(tokens: readonly Token[], from: number): number {
  let at = from;
  while (tokens[at]?.kind === "space") at++;
  return at;
}

/** Position behind the bracket that closes the one at `from`. */
export function closing(tokens: readonly Token[], from: number): number {
  let open = 0;
  for (let at = from; at < tokens.length; at++) {
    const text = tokens[at]?.text ?? "";
    if ("([{".includes(text)) open++;
    if (")]}".includes(text) && --open === 0) return at + 1;
  }
  throw new Error(`A bracket is not closed: ${textOf(tokens.slice(from, from + 9))} …`);
}
