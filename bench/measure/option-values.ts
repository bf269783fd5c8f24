// Values of a bench's options, read from what was typed.

/** @throws If it is none of the names. */
export function oneOf<Name extends string>(option: string, names: readonly Name[], text: string): Name {
  const name = names.find((known) => known === text);
  if (name !== undefined) return name;
  throw new Error(`${option}: any of ${names.join(", ")} is expected, "${text}" given.`);
}

/** @throws If it is no whole number of that range. */
export function wholeNumber(
  option: string,
  text: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new Error(`${option}: a whole number ${range} is expected, "${text}" given.`);
}
