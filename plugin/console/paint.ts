import { inspect } from "node:util";

/** Standard output or standard error, as far as it tells what it can show. */
export type OutputStream = Pick<NodeJS.WriteStream, "isTTY">;

/** Whether a stream is a terminal that takes escape sequences, and nobody has asked for none (https://no-color.org). */
export function takesEscapes({ isTTY }: OutputStream): boolean {
  return isTTY === true && process.env.TERM !== "dumb" && !refusesColors();
}

/**
 * A text in a colour, where the stream takes it; FORCE_COLOR asks for it anywhere. Node's styleText looks at none of
 * this before version 22.13.
 */
export function paint(color: "red" | "yellow", text: string, stream: OutputStream): string {
  if (!showsColors(stream)) return text;
  const [on, off] = inspect.colors[color] ?? [];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

function showsColors(stream: OutputStream): boolean {
  const { FORCE_COLOR } = process.env;
  if (refusesColors() || FORCE_COLOR === undefined) return takesEscapes(stream);
  return !["0", "false"].includes(FORCE_COLOR);
}

function refusesColors(): boolean {
  return (process.env.NO_COLOR ?? "") !== "";
}
