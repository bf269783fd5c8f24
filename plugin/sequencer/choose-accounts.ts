// Which accounts a batch is for. An account slot costs as much as a transaction slot or more, so that a batch pays when
// its transactions are between few accounts.

/** A pending transaction, as far as slots are concerned. */
export type Move = {
  readonly from: number;
  /** The other accounts that it touches; none of a withdrawal without a fee. */
  readonly others: readonly number[];
};

/**
 * Chooses accounts so that many of the first moves are among them: greedily, always the one or two accounts that make
 * most further moves possible for a slot. A sender's moves keep their order, so that one that is not among the
 * accounts blocks those behind it.
 *
 * @param moves - In order of arrival. The accounts of the first are always among the chosen, if they find room.
 * @param touched - Accounts that have a slot already.
 * @param slots - Accounts of the shape.
 * @param transactions - Moves beyond that number are worth nothing.
 * @returns at most `slots` accounts, `touched` among them
 */
export function chooseAccounts(
  moves: readonly Move[],
  touched: ReadonlySet<number>,
  slots: number,
  transactions: number,
): Set<number> {
  const chosen = new Set(touched);
  const [first] = moves;
  if (first === undefined) return chosen;
  const chains = new Map<number, Move[]>();
  for (const move of moves) {
    const chain = chains.get(move.from);
    if (chain === undefined) chains.set(move.from, [move]);
    else chain.push(move);
  }
  const positions = new Map<number, number>();
  for (const index of [first.from, ...first.others]) {
    if (chosen.size < slots) chosen.add(index);
  }

  while (chosen.size < slots) {
    let possible = 0;
    const blocked = new Map<number, number[]>();
    for (const [from, chain] of chains) {
      if (!chosen.has(from)) continue;
      const position = reach(chain, positions.get(from) ?? 0, (index) => chosen.has(index));
      positions.set(from, position);
      possible += position;
      for (const index of chain[position]?.others ?? []) {
        if (chosen.has(index)) continue;
        const senders = blocked.get(index);
        if (senders === undefined) blocked.set(index, [from]);
        else senders.push(from);
      }
    }
    if (possible >= transactions) break;

    let best: { readonly accounts: readonly number[]; readonly gain: number } | undefined;
    for (const [from, chain] of chains) {
      const move = chain[positions.get(from) ?? 0];
      if (move === undefined) continue;
      const accounts = [...new Set([from, ...move.others])].filter((index) => !chosen.has(index));
      if (accounts.length === 0 || chosen.size + accounts.length > slots) continue;
      const has = (index: number): boolean => chosen.has(index) || accounts.includes(index);
      let gain = 0;
      for (const index of accounts) gain += reach(chains.get(index) ?? [], 0, has);
      for (const sender of new Set(accounts.flatMap((index) => blocked.get(index) ?? []))) {
        const position = positions.get(sender) ?? 0;
        gain += reach(chains.get(sender) ?? [], position, has) - position;
      }
      if (best === undefined || gain * best.accounts.length > best.gain * accounts.length) {
        best = { accounts, gain };
      }
    }
    if (best === undefined) break;
    for (const index of best.accounts) chosen.add(index);
  }
  return chosen;
}

/** The position of the first move from `position` on that touches an account which is not there. */
function reach(chain: readonly Move[], position: number, has: (index: number) => boolean): number {
  let at = position;
  while (at < chain.length && chain[at]?.others.every(has)) at++;
  return at;
}
