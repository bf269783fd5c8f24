import type { ArrayExpression, Node, ObjectExpression } from "@babel/types";

/** A text that goes between two characters of a file; everything else stays as it is, byte for byte. */
export type Insertion = { readonly at: number; readonly text: string };

/** Makes insertions, whose positions are those of the unchanged text. */
export function insertAll(text: string, insertions: readonly Insertion[]): string {
  return insertions
    .toSorted((a, b) => b.at - a.at)
    .reduce((result, { at, text: added }) => result.slice(0, at) + added + result.slice(at), text);
}

/** Adds an item behind the last one of a list, in the list's own layout. */
export function appendTo(
  text: string,
  list: ArrayExpression | ObjectExpression,
  item: (indent: string) => string,
): Insertion {
  const items: readonly (Node | null)[] = list.type === "ArrayExpression" ? list.elements : list.properties;
  const start = positionOf(list.start);
  const last = items.at(-1);
  const indent = `${indentOf(text, start)}  `;
  if (last === undefined || last === null) {
    const inner =
      list.type === "ArrayExpression"
        ? item(indent)
        : `\n${indent}${item(indent)},\n${indentOf(text, start)}`;
    return { at: start + 1, text: inner };
  }
  const lastStart = positionOf(last.start);
  const onOwnLine = text.slice(start, lastStart).includes("\n");
  const ownIndent = onOwnLine ? indentOf(text, lastStart) : indent;
  const separator = onOwnLine ? `\n${ownIndent}` : " ";
  const comma = list.extra?.trailingComma;
  if (typeof comma !== "number") {
    return { at: positionOf(last.end), text: `,${separator}${item(ownIndent)}${onOwnLine ? "," : ""}` };
  }
  // A remark at the end of the last line stays with that line.
  const remark = /^[ \t]*\/\/[^\n]*/.exec(text.slice(comma + 1))?.[0] ?? "";
  return { at: comma + 1 + remark.length, text: `${separator}${item(ownIndent)},` };
}

/** The white space that the line of a position begins with. */
function indentOf(text: string, position: number): string {
  const line = text.slice(text.lastIndexOf("\n", position - 1) + 1, position);
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

function positionOf(position: number | null | undefined): number {
  if (position === null || position === undefined) throw new Error("A node of the parser has no position.");
  return position;
}
