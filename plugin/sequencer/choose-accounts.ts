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
  const [first] = moves;
  if (first === undefined) return new Set(touched);
  const choice = new Choice(moves, touched, slots);
  const firstAccounts: number[] = [];
  for (const index of new Set([first.from, ...first.others])) {
    const isNew = !choice.chosen.has(index);
    if (isNew && choice.chosen.size + firstAccounts.length < slots) firstAccounts.push(index);
  }
  choice.add(firstAccounts);
  while (choice.chosen.size < slots && choice.possible < transactions) {
    const accounts = choice.best();
    if (accounts === undefined) break;
    choice.add(accounts);
  }
  return choice.chosen;
}

/** A sender's moves, and what choosing the accounts that the first impossible one misses would be worth. */
type Chain = {
  readonly from: number;
  readonly moves: Move[];
  /** How many are possible. */
  position: number;
  /** The accounts that the next one misses; none if there is no next one. */
  missing: readonly number[];
  /** How many moves of all chains become possible with those. */
  gain: number;
  /** The last look at the chain that has counted it. */
  look: number;
};

const none: readonly number[] = [];

/** A choice as it grows. Only the chains that an account matters to are looked at again when it is added. */
class Choice {
  readonly chosen: Set<number>;
  /** Moves that are among the chosen accounts. */
  possible = 0;
  readonly #slots: number;
  readonly #chains: Chain[] = [];
  readonly #bySender = new Map<number, Chain>();
  /** By account, the chains of others with a move that touches it. */
  readonly #mentions = new Map<number, Chain[]>();
  /** By account, the chains whose next move misses it, and some that it has missed before. */
  readonly #wanting = new Map<number, Chain[]>();
  #look = 0;

  constructor(moves: readonly Move[], touched: ReadonlySet<number>, slots: number) {
    this.chosen = new Set(touched);
    this.#slots = slots;
    for (const move of moves) {
      let chain = this.#bySender.get(move.from);
      if (chain === undefined) {
        chain = { from: move.from, moves: [], position: 0, missing: none, gain: 0, look: 0 };
        this.#bySender.set(move.from, chain);
        this.#chains.push(chain);
      }
      chain.moves.push(move);
      for (const index of move.others) append(this.#mentions, index, chain);
    }
    for (const chain of this.#chains) this.#advance(chain);
    for (const chain of this.#chains) this.#weigh(chain);
  }

  /** The accounts that are worth most for a slot; of those that are worth the same, the earliest sender's. */
  best(): readonly number[] | undefined {
    const left = this.#slots - this.chosen.size;
    let best: Chain | undefined;
    for (const chain of this.#chains) {
      const count = chain.missing.length;
      if (count === 0 || count > left) continue;
      if (best === undefined || chain.gain * best.missing.length > best.gain * count) best = chain;
    }
    return best?.missing;
  }

  add(accounts: readonly number[]): void {
    const concerned: Chain[] = [];
    let look = ++this.#look;
    for (const index of accounts) {
      this.chosen.add(index);
      const own = this.#bySender.get(index);
      if (own !== undefined) note(concerned, own, look);
      for (const chain of this.#mentions.get(index) ?? []) note(concerned, chain, look);
    }
    // What a chain misses now, and has missed, is worth something else than before.
    const weighed: Chain[] = [];
    const changed: number[] = [];
    for (const chain of concerned) {
      changed.push(...chain.missing);
      this.#advance(chain);
      changed.push(...chain.missing);
    }
    look = ++this.#look;
    for (const chain of concerned) note(weighed, chain, look);
    for (const index of changed)
      for (const chain of this.#wanting.get(index) ?? []) note(weighed, chain, look);
    for (const chain of weighed) this.#weigh(chain);
  }

  /** Goes on to the first move of a chain that is not possible. */
  #advance(chain: Chain): void {
    const isIn = this.chosen.has(chain.from);
    const position = isIn ? reach(chain, chain.position, this.chosen, none) : 0;
    this.possible += position - chain.position;
    chain.position = position;
    const next = chain.moves[position];
    if (next === undefined) {
      chain.missing = none;
      return;
    }
    const missing: number[] = isIn ? [] : [chain.from];
    for (const index of next.others) {
      if (!this.chosen.has(index) && !missing.includes(index)) missing.push(index);
    }
    chain.missing = missing;
    for (const index of missing) append(this.#wanting, index, chain);
  }

  #weigh(chain: Chain): void {
    const { missing } = chain;
    const look = ++this.#look;
    let gain = 0;
    for (const index of missing) {
      const own = this.#bySender.get(index);
      if (own !== undefined && own.look !== look) {
        own.look = look;
        gain += reach(own, 0, this.chosen, missing);
      }
      for (const other of this.#wanting.get(index) ?? []) {
        if (other.look === look || !this.chosen.has(other.from)) continue;
        other.look = look;
        gain += reach(other, other.position, this.chosen, missing) - other.position;
      }
    }
    chain.gain = gain;
  }
}

/** The position of a chain's first move from `position` on that touches an account which is not there. */
function reach(
  { moves }: Chain,
  position: number,
  chosen: ReadonlySet<number>,
  added: readonly number[],
): number {
  let at = position;
  for (; at < moves.length; at++) {
    for (const index of moves[at]?.others ?? none) {
      if (!chosen.has(index) && !added.includes(index)) return at;
    }
  }
  return at;
}

/** Adds a chain to a list, unless this look has it already. */
function note(chains: Chain[], chain: Chain, look: number): void {
  if (chain.look === look) return;
  chain.look = look;
  chains.push(chain);
}

function append(map: Map<number, Chain[]>, index: number, chain: Chain): void {
  const chains = map.get(index);
  if (chains === undefined) map.set(index, [chain]);
  else if (chains.at(-1) !== chain) chains.push(chain);
}
