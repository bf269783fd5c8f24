/** A count as it is worth reading. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
