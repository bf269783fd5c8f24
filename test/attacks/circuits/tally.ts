// What long runs have counted and what they are at, for bench/soundness.ts to show.

export type Counts = Readonly<Record<string, number>>;

class Tally {
  /** By what was counted. */
  readonly counts = new Map<string, Counts>();
  /** Hears what comes next. */
  onProgress: (line: string) => void = () => undefined;
}

export const tally = new Tally();
