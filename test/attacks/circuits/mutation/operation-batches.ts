// Operation slots that exactly one constraint refuses, in each position.

import { invert } from "@noble/curves/abstract/modular.js";
import { Point } from "../../../../plugin/protocol/babyjubjub.ts";
import { fieldOrder } from "../../../../plugin/protocol/field.ts";
import type { Operation } from "../../../../plugin/protocol/operation.ts";
import type { Forgery } from "../forgery.ts";
import { batch, bob, carol, dave, deposit, exit, mallory, open, operator } from "../scenarios.ts";
import { identityOf } from "../slots.ts";
import { each, emptyBatch, type RefusedBatch, type WireChanges } from "./refused-batch.ts";

const slots = 2;

/** An operation in slot `j`; what comes before it is a deposit to Bob. */
function at(j: number, operation: Operation): Forgery {
  return batch({ operations: [...(j === 1 ? [deposit(bob, 1n)] : []), operation] });
}

/** A holder's key on the curve, on whichever side. */
function key(j: number): WireChanges {
  return { [`operationHolder[${j}][0]`]: Point.BASE.x, [`operationHolder[${j}][1]`]: Point.BASE.y };
}

const kinds = each(slots, (j) => [
  {
    name: `an unused operation ${j} is a deposit -1 times, and an exit`,
    build: emptyBatch,
    changes: {
      [`operationKind[${j}][0]`]: -1n,
      [`operationKind[${j}][1]`]: 1n,
      ...key(j),
    },
  },
  {
    name: `an unused operation ${j} is an exit -1 times, and a deposit`,
    build: emptyBatch,
    changes: {
      [`operationKind[${j}][0]`]: 1n,
      [`operationKind[${j}][1]`]: -1n,
      ...key(j),
    },
  },
  {
    name: `an unused operation ${j} opens an account -1 times, and is a deposit that creates one`,
    build: emptyBatch,
    changes: {
      [`operationKind[${j}][0]`]: 1n,
      [`operationKind[${j}][2]`]: -1n,
      [`operationCreates[${j}]`]: 1n,
    },
  },
  {
    name: `an exit in slot ${j} creates an account`,
    build: () => {
      const forgery = at(j, exit(dave));
      const identity = identityOf(mallory.account);
      Object.assign(forgery.account(dave.index), identity, { absent: 0n, created: 1n });
      Object.assign(forgery.operation(j), { holder: identity, creates: 1n });
      forgery.derive();
      return forgery;
    },
  },
]);

const fields = each(slots, (j) => [
  {
    name: `an unused operation ${j} publishes an index`,
    build: emptyBatch,
    changes: { [`operationIndex[${j}]`]: 1n },
  },
  {
    name: `an unused operation ${j} publishes an owner`,
    build: emptyBatch,
    changes: { [`operationOwner[${j}]`]: 1n, [`operationHolder[${j}][2]`]: 1n },
  },
  {
    name: `an unused operation ${j} publishes an amount`,
    build: emptyBatch,
    changes: { [`operationAmount[${j}]`]: 1n },
  },
  {
    name: `an unused operation ${j} has a holder whose asset has 33 bits`,
    build: () => {
      const forgery = batch({});
      forgery.operation(j).holder.asset = 1n << 32n;
      return forgery;
    },
  },
  {
    name: `an unused operation ${j} has an age of 4 bits`,
    build: () => {
      const forgery = batch({});
      forgery.operation(j).age = 8n;
      return forgery;
    },
  },
  {
    name: `a deposit in slot ${j} names another owner than it credits`,
    build: () => {
      const forgery = at(j, deposit(mallory, 40n));
      forgery.operation(j).owner = bob.owner;
      return forgery;
    },
  },
  {
    name: `slot ${j} opens an account with a key off the curve`,
    build: () => {
      const forgery = at(j, open(dave));
      forgery.account(dave.index).ax += 1n;
      forgery.operation(j).holder.ax += 1n;
      forgery.derive();
      return forgery;
    },
  },
]);

/** An exit that takes place as if it was asked for by `asks`, whoever does. */
function exitBy(j: number, asks: bigint, pays: boolean): Forgery {
  const forgery = at(j, exit(carol));
  const operation = forgery.operation(j);
  operation.owner = asks;
  operation.holder.owner = pays ? asks : asks + 1n;
  forgery.derive();
  operation.holder.owner = carol.owner;
  return forgery;
}

const payments = each(slots, (j) => [
  {
    name: `an exit in slot ${j} pays whoever asks`,
    build: () => exitBy(j, mallory.owner, true),
    changes: {
      [`operation[${j}].isOwner`]: 1n,
      [`operation[${j}].IsEqual.isz.inv`]: 0n,
      [`operation[${j}].paysNothing`]: 0n,
      [`operation[${j}].IsZero.inv`]: invert(carol.account.balance, fieldOrder),
    },
  },
  {
    name: `an exit in slot ${j} does not pay the owner who asks`,
    build: () => exitBy(j, carol.owner, false),
    changes: {
      [`operation[${j}].isOwner`]: 0n,
      [`operation[${j}].paysNothing`]: 1n,
      [`operation[${j}].IsZero.inv`]: 0n,
    },
  },
  {
    name: `an exit in slot ${j} pays a third of the balance`,
    build: () => {
      const forgery = at(j, exit(carol));
      forgery.account(carol.index).last.balance = 200n;
      forgery.close();
      forgery.exit(0).amount = 100n;
      return forgery;
    },
    changes: {
      [`exitLists.cause[${j}].amount`]: 100n,
      [`operation[${j}].IsZero.inv`]: invert(100n, fieldOrder),
    },
  },
  {
    name: `an exit in slot ${j} takes the balance, and says that it was nothing`,
    build: () => {
      const forgery = at(j, exit(carol));
      Object.assign(forgery.exit(0), { used: 0n, recipient: 0n, amount: 0n, asset: 0n });
      return forgery;
    },
    changes: { [`operation[${j}].paysNothing`]: 1n, [`operation[${j}].IsZero.inv`]: 0n },
  },
  {
    name: `an exit in slot ${j} makes a row of nothing`,
    build: () => {
      const forgery = at(j, exit(operator));
      Object.assign(forgery.exit(0), { used: 1n, recipient: operator.owner, amount: 0n, asset: 1n });
      return forgery;
    },
    changes: { [`operation[${j}].paysNothing`]: 0n },
  },
]);

export const operationBatches: readonly RefusedBatch[] = [...kinds, ...fields, ...payments];
