/** The text with the lowest bit of the hexadecimal digit pair at a position turned. */
export function flipped(hex: string, position: number): string {
  const byte = Number.parseInt(hex.slice(position, position + 2), 16) ^ 1;
  return hex.slice(0, position) + byte.toString(16).padStart(2, "0") + hex.slice(position + 2);
}
