// Inputs and outputs of templates whose signals are plain, in the order in which anonymous components take them.

import { blocks } from "./declarations.ts";
import { tokensOf } from "./tokens.ts";

export type Signature = { readonly inputs: readonly string[]; readonly outputs: readonly string[] };

export function readSignatures(sources: readonly string[]): Map<string, Signature> {
  const signatures = new Map<string, Signature>();
  for (const { name, body } of sources.flatMap((source) => blocks(tokensOf(source), "template"))) {
    const code = body.filter(({ kind }) => kind !== "space");
    const named = (direction: string): string[] =>
      code
        .map((_, at) => code.slice(at, at + 3).map(({ text }) => text))
        .filter(([signal, given]) => signal === "signal" && given === direction)
        .map(([, , signal = ""]) => signal);
    signatures.set(name, { inputs: named("input"), outputs: named("output") });
  }
  return signatures;
}
