import type { Account } from "../../plugin/protocol/account.ts";
import type { DraftBase } from "../../plugin/sequencer/draft.ts";

/** More than anybody spends here. */
const balance = 2n ** 100n;
const asset = 1;

/**
 * Any number of rich accounts, each made when somebody asks for it. Their keys and identities are numbers: sealing
 * compares identities, and looks at neither keys nor signatures.
 */
export class SimulatedLedger implements DraftBase {
  readonly #changed = new Map<number, Account>();

  account(index: number): Account {
    const key = BigInt(index + 1);
    const fresh = { ax: key, ay: key, owner: key, asset, nonce: 0, balance, data: 0n };
    return this.#changed.get(index) ?? fresh;
  }

  identity(index: number): bigint {
    return BigInt(index + 1);
  }

  set(index: number, account: Account): void {
    this.#changed.set(index, account);
  }
}
