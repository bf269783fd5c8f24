import fc from "fast-check";
import type { Account } from "../../plugin/protocol/account.ts";
import type { ExitRow } from "../../plugin/protocol/batch-data.ts";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import type { Operation } from "../../plugin/protocol/operation.ts";
import type { Row } from "../../plugin/protocol/row.ts";
import type { SignedTransaction } from "../../plugin/protocol/transaction.ts";

// Random values over the whole of their ranges, ends included.

export const element = fc.bigInt({ min: 0n, max: fieldOrder - 1n });
export const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
const asset = fc.integer({ min: 1, max: 2 ** 32 - 1 });
const owner = fc.bigInt({ min: 1n, max: 2n ** 160n - 1n });

export function bits(width: number): fc.Arbitrary<bigint> {
  return fc.bigInt({ min: 0n, max: 2n ** BigInt(width) - 1n });
}

function integer(width: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 2 ** width - 1 });
}

export const account: fc.Arbitrary<Account> = fc.record({
  ax: element,
  ay: element,
  owner,
  asset,
  nonce: integer(40),
  balance: bits(128),
  data: element,
});

const signature = fc.record({ r8x: element, r8y: element, s: element });
const signedFields = { from: integer(32), nonce: integer(40), expiry: integer(32), amount: bits(128) };

export const signedTransaction: fc.Arbitrary<SignedTransaction> = fc.oneof(
  fc.record({
    kind: fc.constantFrom(0 as const, 2 as const),
    ...signedFields,
    fee: bits(96),
    to: bits(32),
    payload: element,
    signature,
  }),
  fc.record({
    kind: fc.constant(1 as const),
    ...signedFields,
    fee: bits(96),
    to: bits(160),
    payload: bits(32),
    signature,
  }),
);

const index = integer(32);

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    kind: fc.constant(1 as const),
    index,
    creates: fc.boolean(),
    asset,
    owner,
    amount: bits(128),
    ax: element,
    ay: element,
  }),
  fc.record({ kind: fc.constant(2 as const), index, owner }),
  fc.record({ kind: fc.constant(3 as const), index, asset, owner, ax: element, ay: element }),
);

export const exitRow: fc.Arbitrary<ExitRow> = fc.record({
  recipient: bits(160),
  amount: bits(128),
  asset: integer(32),
});

export const row: fc.Arbitrary<Row> = fc.record({ index, nonceIncrease: integer(16), balance: bits(128) });

/** Balances of all lengths, with and without zeros behind, up to the largest. */
const balance = fc
  .tuple(fc.integer({ min: 0, max: 128 }).chain(bits), fc.integer({ min: 0, max: 38 }))
  .map(([mantissa, exponent]) => (mantissa * 10n ** BigInt(exponent)) & (2n ** 128n - 1n));

/** Rows as a batch has them, by increasing index: neighbours, near and far. */
export const sortedRows: fc.Arbitrary<Row[]> = fc
  .uniqueArray(
    fc.record({
      index: fc.oneof(fc.integer({ min: 0, max: 40 }), index),
      nonceIncrease: fc.oneof(fc.integer({ min: 0, max: 4 }), integer(16)),
      balance,
    }),
    { maxLength: 8, selector: (row) => row.index },
  )
  .map((rows) => rows.sort((a, b) => a.index - b.index));
