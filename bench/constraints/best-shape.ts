import type { Shape } from "../../plugin/protocol/shape.ts";

/** A number of account slots, the shape that it makes and how many transfers a batch of it takes. */
export interface Candidate {
  readonly shape: Shape;
  readonly transfers: number;
}

const goldenRatio = (Math.sqrt(5) - 1) / 2;
/** Of the account slots, when the search goes on from a known candidate. */
const step = 0.07;

/**
 * The number of account slots with which most transfers fit into a batch, by golden-section search: with few slots the
 * accounts run out, with many the transaction slots do.
 *
 * @param evaluate - Undefined where there is no such shape.
 */
export function bestShape(
  least: number,
  most: number,
  evaluate: (accounts: number) => Candidate | undefined,
): Candidate | undefined {
  const known = new Map<number, Candidate | undefined>();
  const transfers = (accounts: number): number => {
    if (!known.has(accounts)) known.set(accounts, evaluate(accounts));
    return known.get(accounts)?.transfers ?? 0;
  };
  let [low, high] = [least, most];
  while (high - low > 3) {
    const reach = Math.round(goldenRatio * (high - low));
    const [left, right] = [high - reach, low + reach];
    if (left >= right) break;
    if (transfers(left) > transfers(right)) high = right;
    else low = left;
  }
  for (let accounts = low; accounts <= high; accounts++) transfers(accounts);
  return best([...known.values()]);
}

/** Goes on from a candidate, to fewer account slots and to more, as long as that is better. */
export function betterShape(
  start: Candidate,
  evaluate: (accounts: number) => Candidate | undefined,
): Candidate {
  let top = start;
  for (const direction of [-1, 1]) {
    for (;;) {
      const { accounts } = top.shape;
      const next = evaluate(accounts + direction * Math.max(1, Math.round(step * accounts)));
      if (next === undefined || next.transfers <= top.transfers) break;
      top = next;
    }
  }
  return top;
}

function best(candidates: readonly (Candidate | undefined)[]): Candidate | undefined {
  let top: Candidate | undefined;
  for (const candidate of candidates) {
    if (candidate !== undefined && candidate.transfers > (top?.transfers ?? 0)) top = candidate;
  }
  return top;
}
