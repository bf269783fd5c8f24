// On what is published: the contract is shown other data, another commitment or another challenge than the proven ones.

import { type Attack, constraint } from "./attack.ts";
import type { Forgery } from "./forgery.ts";
import { alice, batch, batchNumber, bob, fullBatch, transfer } from "./scenarios.ts";

// The circuit's own data have the value that the contract computes.
const evaluation = constraint("batch.circom", "evaluation === y;");
// The commitment is the sponge's digest.
const digest = constraint("batch.circom", "sponge.digest === c;");

// The shape `tiny`: header 4, operations 2 of 5, exits 2 of 2, rows 4.
const operations = 4;
const exits = 14;
const rows = 18;
const lastRow = 21;

type Change = readonly [position: number, by: bigint];

/** The contract is shown data that differ from the circuit's. */
function posted(forgery: Forgery, ...changes: readonly Change[]): Forgery {
  forgery.posted = (elements) => changed(elements, changes);
  return forgery;
}

function changed(elements: readonly bigint[], changes: readonly Change[]): bigint[] {
  const data = [...elements];
  for (const [position, by] of changes) data[position] = (data[position] ?? 0n) + by;
  return data;
}

function misreports(name: string, ...changes: readonly Change[]): Attack {
  // `evaluation`: another vector has another value at r, which was drawn after both.
  return { name, stoppedBy: evaluation, build: () => posted(fullBatch(), ...changes) };
}

function fillsUnused(name: string, position: number): Attack {
  // `evaluation`: what is not used is zero in the circuit.
  const build = () => posted(batch({ transactions: [transfer(alice, bob)] }), [position, 1n]);
  return { name, stoppedBy: evaluation, build };
}

const data: Attack[] = [
  misreports("claims another domain", [0, 1n]),
  misreports("claims another old root", [1, 1n]),
  misreports("claims another new root", [2, 1n]),
  misreports("claims another batch number", [3, 1n]),
  misreports("counts an operation too many", [3, 1n << 32n]),
  misreports("counts a row too few", [3, -(1n << 64n)]),
  misreports("counts an exit too many", [3, 1n << 96n]),
  misreports("counts an account too few as created", [3, -(1n << 128n)]),
  misreports("publishes another kind of operation", [operations, 1n]),
  misreports("publishes a deposit as not creating", [operations, -(1n << 72n)]),
  misreports("publishes another amount of a deposit", [operations + 2, 1n]),
  misreports("publishes another key of a created account", [operations + 3, 1n]),
  misreports("publishes an exit's amount higher and its asset lower", [exits + 1, (1n << 128n) - 1n]),
  misreports("publishes a row with another index", [rows, 1n]),
  misreports("publishes a row with another nonce", [rows, 1n << 32n]),
  misreports("publishes a row with another balance", [rows, 1n << 48n]),
  {
    name: "leaves out a row",
    // `evaluation`, as above.
    stoppedBy: evaluation,
    build: () => {
      const forgery = fullBatch();
      forgery.posted = (elements) => changed(elements.with(lastRow, 0n), [[3, -(1n << 64n)]]);
      return forgery;
    },
  },
  fillsUnused("publishes something in an operation slot that is not used", operations + 5),
  fillsUnused("publishes something in an exit slot that is not used", exits + 3),
  fillsUnused("publishes something in a row that is not used", lastRow),
  {
    name: "takes a batch number of more than 32 bits for one more operation",
    // A batch number has 32 bits.
    stoppedBy: constraint("batch.circom", "AssertBits(32)(batchNumber);"),
    build: () => {
      const forgery = batch({});
      forgery.batchNumber = BigInt(batchNumber) + (1n << 32n);
      for (const slot of forgery.transactions) slot.expiry = forgery.batchNumber;
      return forgery;
    },
  },
];

const commitment: Attack[] = [
  {
    name: "commits to other data than it publishes",
    // `digest`: the sponge absorbs the circuit's own data.
    stoppedBy: digest,
    build: () => {
      const forgery = fullBatch();
      forgery.committed = (elements) => changed(elements, [[lastRow, 1n << 48n]]);
      return forgery;
    },
  },
  {
    name: "has a commitment that is off by one",
    // `digest`.
    stoppedBy: digest,
    build: () => {
      const forgery = fullBatch();
      forgery.publicInputs = ([c, r, y]) => [c + 1n, r, y];
      return forgery;
    },
  },
  {
    name: "has a challenge that is off by one",
    // `evaluation`: the data have another value there.
    stoppedBy: evaluation,
    build: () => {
      const forgery = fullBatch();
      forgery.publicInputs = ([c, r, y]) => [c, r + 1n, y];
      return forgery;
    },
  },
  {
    name: "has an evaluation that is off by one",
    // `evaluation`.
    stoppedBy: evaluation,
    build: () => {
      const forgery = fullBatch();
      forgery.publicInputs = ([c, r, y]) => [c, r, y + 1n];
      return forgery;
    },
  },
];

export const publicDataAttacks: readonly Attack[] = [...data, ...commitment];
