import { contractErrorTexts } from "../../plugin/settlement/contract-error-texts.ts";

const begin = "<!-- begin: errors of the contracts, made by npm run docs -->";
const end = "<!-- end -->";

/** A table of what contracts refuse, from the texts that the plugin prints. */
export function contractErrorTable(): string {
  const rows = Object.entries(contractErrorTexts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { meaning, advice }]) => `| \`${name}\` | ${meaning} | ${advice} |`);
  return ["| error | means | what to do |", "|---|---|---|", ...rows].join("\n");
}

/** The document with the table in its place. */
export function withContractErrors(text: string, table: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0)
    throw new Error(`docs/troubleshooting.md has no place for the table: ${begin}, ${end}.`);
  return `${text.slice(0, from)}${begin}\n${table}\n${text.slice(to)}`;
}
