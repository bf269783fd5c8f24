/** What an error or a refusal is about, by name: what was expected, what was given, what to do. */
export type Facts = Readonly<Record<string, string | number | bigint>>;

/** A short sentence, then its facts, one a line. */
export function withFacts(sentence: string, facts: Facts): string {
  const lines = Object.entries(facts).map(([name, value]) => `\n  ${name}: ${value}`);
  return sentence + lines.join("");
}
