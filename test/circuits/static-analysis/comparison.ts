// Findings of circomspect against those that are silenced.

import type { Finding } from "./circomspect.ts";
import type { Sources } from "./circuit-sources.ts";
import { blocks } from "./declarations.ts";
import type { Silenced } from "./silenced.ts";
import { textOf, tokensOf } from "./tokens.ts";

/** One line for each finding that is not silenced, and for each silencing without a finding. */
export function complaints(
  sources: Sources,
  findings: readonly Finding[],
  silenced: readonly Silenced[],
): string[] {
  const expected = silenced.flatMap((entry) => entry.codes.map((code) => ({ entry, code })));
  const fresh: string[] = [];
  for (const finding of findings) {
    const { file, line, code, message } = finding;
    const { template, statement } = placeOf(sources.get(file) ?? "", line);
    const at = expected.findIndex(
      ({ entry, code: silencedCode }) =>
        silencedCode === code &&
        entry.file === file &&
        entry.template === template &&
        entry.statement === statement,
    );
    if (at >= 0) expected.splice(at, 1);
    else fresh.push(`circuits/${file}:${line} ${code} ${message}\n  in ${template}: ${statement}`);
  }
  const stale = expected.map(
    ({ entry, code }) =>
      `circuits/${entry.file} ${code} is silenced, but not found any more: ${entry.template}: ${entry.statement}`,
  );
  return [...fresh, ...stale];
}

function placeOf(source: string, line: number): { template: string; statement: string } {
  const tokens = tokensOf(source);
  const lineAt = (position: number): number => textOf(tokens.slice(0, position)).split("\n").length;
  const block = blocks(tokens, "template").find(
    ({ start, end }) => lineAt(start) <= line && line <= lineAt(end),
  );
  const text = source.split("\n")[line - 1] ?? "";
  return { template: block?.name ?? "", statement: text.replace(/\/\/.*/, "").trim() };
}
