import { type Account, absentAccount, assertAccount, isAbsent } from "./account.ts";
import { Pages } from "./pages.ts";
import { readWords, wordsPerElement, writeWords } from "./words.ts";

/**
 * Where the words of an account's fields begin: `owner` is 160 bits and `asset` the upper half of the word in which it
 * ends.
 */
const field = { ax: 0, ay: 4, owner: 8, nonce: 11, balance: 12, data: 14 } as const;
const accountWords = 18;
const accountsPerPage = 16;
const identitiesPerPage = 64;

/** Accounts by index, packed: 176 bytes each. */
export class AccountTable {
  readonly #pages: Pages;
  /** 0 until somebody has computed it. Apart from the rest, which changes much more often. */
  readonly #identities: Pages;
  readonly #words = new BigUint64Array(accountWords);
  #count: number;

  constructor(
    pages = new Pages(accountWords, accountsPerPage),
    identities = new Pages(wordsPerElement, identitiesPerPage),
    count = 0,
  ) {
    this.#pages = pages;
    this.#identities = identities;
    this.#count = count;
  }

  /** The number of accounts that are not absent. */
  get count(): number {
    return this.#count;
  }

  /** The absent account where nobody has the index. */
  get(index: number): Account {
    const page = this.#pages.page(index);
    return page === undefined ? absentAccount : unpack(page, this.#pages.offset(index));
  }

  /**
   * Throws ProtocolError as assertAccount, and changes nothing then.
   */
  set(index: number, account: Account): void {
    assertAccount(account);
    const was = !isAbsent({ asset: this.#asset(index) });
    const is = !isAbsent(account);
    if (!was && !is) return;
    const page = this.#pages.writablePage(index);
    const at = this.#pages.offset(index);
    const words = this.#words;
    pack(words, account);
    // The identity stays if the holder does.
    if (this.#hasIdentity(index) && !isSameHolder(words, page, at)) {
      this.setIdentity(index, new BigUint64Array(wordsPerElement));
    }
    page.set(words, at);
    this.#count += Number(is) - Number(was);
  }

  /** Every account that is not absent, in no particular order. */
  *entries(): Generator<[index: number, account: Account]> {
    for (const [first, page] of this.#pages.entries()) {
      for (let position = 0; position < accountsPerPage; position++) {
        const account = unpack(page, position * accountWords);
        if (!isAbsent(account)) yield [first + position, account];
      }
    }
  }

  /** Whether the identity is known, or none is needed because nobody has the index. */
  knowsIdentity(index: number): boolean {
    return this.#hasIdentity(index) || isAbsent({ asset: this.#asset(index) });
  }

  /** The identity, if it is known; 0 of an absent account. */
  identity(index: number): bigint {
    const page = this.#identities.page(index);
    return page === undefined ? 0n : readWords(page, this.#identities.offset(index));
  }

  setIdentity(index: number, words: BigUint64Array): void {
    this.#identities.writablePage(index).set(words, this.#identities.offset(index));
  }

  /** Writes what the identity hashes: `ax, ay, owner, asset`, in words. */
  writeHolder(index: number, output: BigUint64Array, at: number): void {
    const page = this.#pages.page(index);
    output.fill(0n, at, at + 4 * wordsPerElement);
    if (page === undefined) return;
    const from = this.#pages.offset(index);
    output.set(page.subarray(from, from + 11), at);
    const last = page[from + field.owner + 2] ?? 0n;
    output[at + 10] = last & 0xffffffffn;
    output[at + 12] = last >> 32n;
  }

  /** Writes what the leaf hashes: `identity, nonce, balance, data`, in words. */
  writeLeaf(index: number, output: BigUint64Array, at: number): void {
    const page = this.#pages.page(index);
    output.fill(0n, at, at + 4 * wordsPerElement);
    if (page === undefined) return;
    const from = this.#pages.offset(index);
    const identity = this.#identities.offset(index);
    const identities = this.#identities.page(index);
    if (identities !== undefined) output.set(identities.subarray(identity, identity + 4), at);
    output[at + 4] = page[from + field.nonce] ?? 0n;
    output.set(page.subarray(from + field.balance, from + field.balance + 2), at + 8);
    output.set(page.subarray(from + field.data, from + field.data + 4), at + 12);
  }

  /** Another table with the same accounts: changing one leaves the other alone. */
  copy(): AccountTable {
    return new AccountTable(this.#pages.copy(), this.#identities.copy(), this.#count);
  }

  #hasIdentity(index: number): boolean {
    const page = this.#identities.page(index);
    return page !== undefined && !isZero(page, this.#identities.offset(index));
  }

  #asset(index: number): number {
    const page = this.#pages.page(index);
    return page === undefined ? 0 : assetOf(page, this.#pages.offset(index));
  }
}

function assetOf(page: BigUint64Array, at: number): number {
  return Number((page[at + field.owner + 2] ?? 0n) >> 32n);
}

function pack(words: BigUint64Array, account: Account): void {
  writeWords(words, field.ax, account.ax);
  writeWords(words, field.ay, account.ay);
  words[field.owner] = account.owner;
  words[field.owner + 1] = account.owner >> 64n;
  words[field.owner + 2] = (account.owner >> 128n) | (BigInt(account.asset) << 32n);
  words[field.nonce] = BigInt(account.nonce);
  words[field.balance] = account.balance;
  words[field.balance + 1] = account.balance >> 64n;
  writeWords(words, field.data, account.data);
}

function isSameHolder(words: BigUint64Array, page: BigUint64Array, at: number): boolean {
  for (let word = 0; word < field.nonce; word++) if (words[word] !== page[at + word]) return false;
  return true;
}

function unpack(page: BigUint64Array, at: number): Account {
  const asset = assetOf(page, at);
  if (asset === 0) return absentAccount;
  const word = (offset: number): bigint => page[at + offset] ?? 0n;
  return {
    ax: readWords(page, at + field.ax),
    ay: readWords(page, at + field.ay),
    owner:
      ((word(field.owner + 2) & 0xffffffffn) << 128n) | (word(field.owner + 1) << 64n) | word(field.owner),
    asset,
    nonce: Number(word(field.nonce)),
    balance: (word(field.balance + 1) << 64n) | word(field.balance),
    data: isZero(page, at + field.data) ? 0n : readWords(page, at + field.data),
  };
}

function isZero(page: BigUint64Array, at: number): boolean {
  return page[at] === 0n && page[at + 1] === 0n && page[at + 2] === 0n && page[at + 3] === 0n;
}
