import Table from "cli-table3";

/** A column of a table: figures stand right, words left. */
export type Column = { readonly title: string; readonly align?: "left" | "right" };

const lines = ["top", "bottom", "left", "right", "mid"];
const corners = ["top-mid", "top-left", "top-right", "bottom-mid", "bottom-left", "bottom-right"];
const crossings = ["left-mid", "mid-mid", "right-mid", "middle"];
const noLines = Object.fromEntries([...lines, ...corners, ...crossings].map((name) => [name, ""]));

/** A table for people, without lines, so that it can be copied and searched. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align }) => align ?? "left"),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    chars: noLines,
  });
  for (const row of rows) table.push([...row]);
  const text = table.toString();
  return text.replace(/ +$/gm, "");
}

/** Names and values below one another, the values in one column. */
export function formatFacts(facts: Readonly<Record<string, string | number | bigint>>): string {
  const width = Math.max(...Object.keys(facts).map((name) => name.length));
  return Object.entries(facts)
    .map(([name, value]) => `${name.padEnd(width)}  ${value}`)
    .join("\n");
}

/** An integer with its thousands set apart. */
export function formatCount(count: number | bigint): string {
  return count.toLocaleString("en-US");
}

/** JSON for programs, its big integers decimal strings, since JSON's numbers are exact to 53 bits only. */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) => (typeof field === "bigint" ? String(field) : field), 2);
}
