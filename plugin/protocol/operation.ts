import { ProtocolError } from "./errors.ts";
import { assertElement } from "./field.ts";
import { assertBits, assertInteger } from "./range.ts";

export const operationKind = { deposit: 1, exit: 2, open: 3 } as const;

/** From the L1 queue: credits `amount` to the account at `index`, which it may create (protocol section 3). */
export type Deposit = {
  readonly kind: 1;
  readonly index: number;
  readonly creates: boolean;
  readonly asset: number;
  readonly owner: bigint;
  readonly amount: bigint;
  readonly ax: bigint;
  readonly ay: bigint;
};

/** From the L1 queue: pays out the whole balance at `index` if `owner` is the account's owner. */
export type Exit = { readonly kind: 2; readonly index: number; readonly owner: bigint };

/** From the sequencer: creates an empty account at `index`. */
export type Open = {
  readonly kind: 3;
  readonly index: number;
  readonly asset: number;
  readonly owner: bigint;
  readonly ax: bigint;
  readonly ay: bigint;
};

export type Operation = Deposit | Exit | Open;

/** Elements that each operation takes of the public data. */
export const elementsPerOperation = 5;

/** Whether the operation makes a new account: an open, or a deposit that says so. */
export function createsAccount(operation: Operation): boolean {
  return (
    operation.kind === operationKind.open || (operation.kind === operationKind.deposit && operation.creates)
  );
}

/**
 * Refuses fields out of range, no owner, and a deposit or open without an asset. Whether the key is on the curve and
 * the asset registered is for the contract to say.
 *
 * @throws ProtocolError `INVALID_OPERATION`, `OUT_OF_RANGE`, `NOT_AN_ELEMENT`
 */
export function assertOperation(operation: Operation): void {
  if (operation.kind !== 1 && operation.kind !== 2 && operation.kind !== 3) {
    throw new ProtocolError("INVALID_OPERATION", "No such kind of operation.", {
      expected: "1 deposit, 2 exit or 3 open",
      given: String((operation as { kind: unknown }).kind),
    });
  }
  assertInteger("An operation's index", operation.index, 32);
  assertBits("An operation's owner", operation.owner, 160);
  if (operation.owner === 0n) {
    throw new ProtocolError("INVALID_OPERATION", "An operation has no owner.", { index: operation.index });
  }
  if (operation.kind === operationKind.exit) return;
  assertInteger("An operation's asset", operation.asset, 32);
  if (operation.asset === 0) {
    throw new ProtocolError("INVALID_OPERATION", "An operation has no asset.", { index: operation.index });
  }
  assertElement("An operation's key (ax)", operation.ax);
  assertElement("An operation's key (ay)", operation.ay);
  if (operation.kind === operationKind.deposit) {
    assertBits("A deposit's amount", operation.amount, 128);
    if (typeof operation.creates !== "boolean") {
      throw new ProtocolError("INVALID_OPERATION", "A deposit's creates is not a boolean.", {
        given: String(operation.creates),
      });
    }
  }
}

/**
 * An operation's five elements of the public data (protocol section 4.4):
 * `kind + index·2^8 + asset·2^40 + creates·2^72`, `owner`, `amount`, `ax`, `ay`; what a kind does not have is 0. An
 * open has `creates` 1, since it always creates.
 *
 * @throws ProtocolError as assertOperation
 */
export function operationElements(operation: Operation): bigint[] {
  assertOperation(operation);
  const kindAndIndex = BigInt(operation.kind) + (BigInt(operation.index) << 8n);
  if (operation.kind === operationKind.exit) return [kindAndIndex, operation.owner, 0n, 0n, 0n];
  const { asset, owner, ax, ay } = operation;
  const amount = operation.kind === operationKind.deposit ? operation.amount : 0n;
  const creates = createsAccount(operation) ? 1n << 72n : 0n;
  return [kindAndIndex + (BigInt(asset) << 40n) + creates, owner, amount, ax, ay];
}
