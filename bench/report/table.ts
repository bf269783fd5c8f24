/** A Markdown table; numbers are aligned to the right, with thousands separators, whole ones exact. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const right = head.map((_, column) => rows.every((row) => typeof row[column] === "number"));
  return [
    line(head),
    line(right.map((isRight) => (isRight ? "---:" : "---"))),
    ...rows.map((row) => line(row.map(text))),
  ].join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function text(cell: string | number): string {
  if (typeof cell === "string") return cell;
  return cell.toLocaleString("en-US", Number.isInteger(cell) ? {} : { maximumSignificantDigits: 6 });
}
