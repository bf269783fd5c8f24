// What long runs have counted and what they are at, for bench/soundness.ts to show.

export type Counts = Readonly<Record<string, number>>;

class Tally {
  /** By what was counted. */
  readonly counts = new Map<string, Counts>();
  /** Hears what comes next. */
  onProgress: (line: string) => void = () => undefined;

  /** Adds to what was counted of a kind. */
  add(kind: string, counts: Counts): void {
    const sums: Record<string, number> = { ...this.counts.get(kind) };
    for (const [what, count] of Object.entries(counts)) sums[what] = (sums[what] ?? 0) + count;
    this.counts.set(kind, sums);
  }
}

export const tally = new Tally();
