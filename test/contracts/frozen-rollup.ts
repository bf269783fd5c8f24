import type { BaseContract, Signer } from "ethers";
import { type Account, absentAccount } from "../../plugin/protocol/account.ts";
import { State } from "../../plugin/protocol/state.ts";
import { ethers, networkHelpers } from "./connection.ts";
import {
  deployRollup,
  deployScriptedAccount,
  key,
  noAddress,
  registerScriptedToken,
  spare,
} from "./fixture.ts";
import { depositOperation, exitOperation, exitRow, openOperation, settleBatch } from "./posted-batch.ts";
import { as, type RollupContract } from "./rollup-contract.ts";

/** What the tree of the fixture has, by index; all other places are empty. */
export const places = { alice: 1, empty: 2, scripted: 9, bob: 6, contract: 15 } as const;
export type Place = keyof typeof places;

/**
 * A rollup whose sequencer has stopped. In the tree: 100 wei of Alice's, 40 tokens of Bob's, 30 wei of a contract's, 50 of
 * a token of Alice's that can misbehave, and an account of Bob's with nothing in it. Exits of batch 1: 5 wei of Alice's.
 * In the queue: 7 wei for Alice (entry 4), 8 tokens for Bob (5), 9 of the misbehaving token for Alice (6), an exit of
 * Bob's (7). The head is a second past its deadline.
 */
export async function stoppedRollup() {
  const setting = await deployRollup();
  const { rollup, token, alice, bob } = setting;
  const scripted = await registerScriptedToken(setting);
  const contract = await deployScriptedAccount();
  const contractAddress = await contract.getAddress();
  const { ax, ay } = key(1);
  const deposit = (asset: BaseContract | string, amount: bigint, owner: string | Signer, value: bigint) =>
    as(rollup, alice).deposit(asset, amount, ax, ay, owner, { value: value + spare });
  await deposit(noAddress, 105n, alice, 105n);
  await deposit(token, 40n, bob, 0n);
  await deposit(noAddress, 30n, contractAddress, 30n);
  await deposit(scripted, 50n, alice, 0n);

  const state = new State(2);
  const account = (owner: string, asset: number, balance: bigint, nonce: number): Account => ({
    ...{ ...absentAccount, ax, ay },
    ...{ owner: BigInt(owner), asset, balance, nonce },
  });
  state.set(places.alice, account(alice.address, 1, 100n, 3));
  state.set(places.empty, account(bob.address, 1, 0n, 0));
  state.set(places.bob, account(bob.address, 2, 40n, 2 ** 40 - 1));
  state.set(places.contract, { ...account(contractAddress, 1, 30n, 0), data: 77n });
  state.set(places.scripted, account(alice.address, 3, 50n, 0));
  await settleBatch(rollup, {
    shape: "large",
    newRoot: state.root,
    operations: [
      depositOperation(alice.address, 105n, { index: places.alice }),
      depositOperation(bob.address, 40n, { index: places.bob, asset: 2 }),
      depositOperation(contractAddress, 30n, { index: places.contract }),
      depositOperation(alice.address, 50n, { index: places.scripted, asset: 3 }),
      openOperation(bob.address, { index: places.empty }),
    ],
    exits: [exitRow(alice.address, 5n)],
  });

  await deposit(noAddress, 7n, alice, 7n);
  await deposit(token, 8n, bob, 0n);
  await deposit(scripted, 9n, alice, 0n);
  await as(rollup, bob).requestExit(places.bob, { value: spare });
  const [, deadline] = await rollup.queueEntry(4);
  await networkHelpers.time.increaseTo(deadline + 1n);
  return { ...setting, scripted, contract, contractAddress, state };
}

/** The same, frozen. */
export async function frozenRollup() {
  const setting = await stoppedRollup();
  await as(setting.rollup, setting.racer).freeze();
  return setting;
}

export type EscapeChange = {
  readonly index?: bigint | number;
  readonly account?: object;
  readonly path?: readonly (readonly bigint[])[];
  readonly to?: string;
};

/** Calls `escape` for a place of the tree, with what a test replaces. */
export function escapeFrom(rollup: RollupContract, state: State, place: Place, change: EscapeChange = {}) {
  const index = places[place];
  const account = accountAt(state, place);
  return rollup.escape(
    change.index ?? index,
    { ...account, ...change.account },
    change.path ?? state.path(index),
    change.to ?? noAddress,
  );
}

/** An account of the tree as the contract takes it. */
export function accountAt(state: State, place: Place) {
  const account = state.account(places[place]);
  return { ...account, owner: ethers.toBeHex(account.owner, 20) };
}

/** The queue's entries of the fixture as the contract takes them, with their numbers, and the operations they become. */
export function waiting(alice: string, bob: string) {
  const { ax, ay } = key(1);
  return {
    alice: [4, 1, alice, 7n, ax, ay],
    bob: [5, 2, bob, 8n, ax, ay],
    scripted: [6, 3, alice, 9n, ax, ay],
    exit: [7, places.bob, bob],
    operations: [
      depositOperation(alice, 7n, { creates: false }),
      depositOperation(bob, 8n, { asset: 2, creates: false }),
      depositOperation(alice, 9n, { asset: 3, creates: false }),
      exitOperation(bob, places.bob),
    ],
  } as const;
}
