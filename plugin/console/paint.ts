import { inspect } from "node:util";

/** Standard output or standard error, as far as it tells what it can show. */
export type OutputStream = Pick<NodeJS.WriteStream, "isTTY">;

/**
 * A text in a colour, where the stream is a terminal and nobody has asked for none (https://no-color.org); FORCE_COLOR
 * asks for it anywhere. Node's styleText looks at neither before version 22.13.
 */
export function paint(color: "red" | "yellow", text: string, stream: OutputStream): string {
  if (!showsColors(stream)) return text;
  const [on, off] = inspect.colors[color] ?? [];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

function showsColors({ isTTY }: OutputStream): boolean {
  const { NO_COLOR = "", FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined) return !["0", "false"].includes(FORCE_COLOR);
  return isTTY === true && TERM !== "dumb";
}
