// Valid witnesses with a wire changed and all that follows from it worked out again, `c`, `y` and the new root included:
// either a constraint refuses, or what was changed is read by nothing, or it is the chain's to say and in the data.

import { invert } from "@noble/curves/abstract/modular.js";
import { expect } from "chai";
import { Point, subgroupOrder } from "../../../plugin/protocol/babyjubjub.ts";
import { fieldOrder, toField } from "../../../plugin/protocol/field.ts";
import { poseidon } from "../../../plugin/protocol/poseidon.ts";
import { Random } from "../../circuits/random-batch.ts";
import { messageOf } from "./commitment.ts";
import type { Forgery } from "./forgery.ts";
import { jacobian } from "./jacobian.ts";
import { kernelOf } from "./kernel.ts";
import { KernelCircuit } from "./kernel-circuit.ts";
import { harmlessInputs } from "./kernel-harmless.ts";
import { degenerateBatches, randomForgery, randomSeeds } from "./kernel-witnesses.ts";
import { refusal } from "./refusal.ts";
import { alice, batch, bob, domain, transfer } from "./scenarios.ts";
import type { TransactionSlot } from "./slots.ts";
import { tally } from "./tally.ts";
import { Mutator } from "./witness-mutation.ts";

const full = process.env.SOUNDNESS === "full";

/** Inputs that the chain gives, or compares with its queue: changing them changes what is settled, in the data. */
const given = /^(r|domain|batchNumber|oldRoot|operation(Kind|Creates|Index|Owner|Amount)\[\d\].*)$/;
/** What a batch does: the new root, exits and rows. */
const effect = /^(newRoot|exit(Used|Recipient|Amount|Asset)\[\d\]|data\[(1[4-9]|2\d)\])$/;
/** As in jacobian-inputs.test.ts. */
const inverse = /^(operation\[\d\]\.(IsEqual\.isz|IsZero)\.inv|transaction\[\d\]\.assetInverse)$/;

type Case = { readonly name: string; readonly forgery: Forgery; readonly witness: readonly bigint[] };

describe("A mutated witness", () => {
  const [seed = 0] = randomSeeds(1);
  const random = new Random(seed);
  let circuit: KernelCircuit;
  let mutator: Mutator;
  const cases: Case[] = [];

  before(async () => {
    circuit = await KernelCircuit.compile("O1");
    mutator = new Mutator(circuit);
    const names = full
      ? Object.keys(degenerateBatches)
      : ["every slot used", "nothing at all", "two exits of one account, the second of nothing"];
    const builds = names.map((name) => [name, degenerateBatches[name]] as const);
    for (const [name, build] of [...builds, [`random ${seed}`, () => randomForgery(seed)] as const]) {
      if (build === undefined) throw new Error(`There is no batch "${name}".`);
      const forgery = build();
      cases.push({ name, forgery, witness: await circuit.witness(forgery) });
    }
  });

  /** Other values for a wire: near ones, small ones, extreme ones, and those of other wires. */
  function valuesFor(wire: number, witness: readonly bigint[]): bigint[] {
    const value = witness[wire] ?? 0n;
    const other = witness[random.below(witness.length)] ?? 0n;
    const values = [value + 1n, value - 1n, 0n, 1n, fieldOrder - 1n, other, 2n ** 128n, -value].map(toField);
    return [...new Set(values)].filter((candidate) => candidate !== value);
  }

  type Count = { tried: number; refused: number };

  /** Mutates, and looks at why it is accepted if it is. */
  function attempt(
    count: Count,
    { name, forgery, witness }: Case,
    changes: ReadonlyMap<number, bigint>,
  ): void {
    count.tried++;
    const { refusedBy, changed } = mutator.mutate(witness, changes);
    if (refusedBy !== undefined) {
      count.refused++;
      return;
    }
    const harmless = [...harmlessInputs(forgery), inverse, given];
    for (const wire of changes.keys()) {
      const mutated = circuit.nameOf(wire);
      const place = `${mutated} := ${changes.get(wire)} in "${name}", seed ${seed}`;
      expect(
        harmless.some((reason) => reason.test(mutated)),
        place,
      ).to.equal(true);
      const effects = [...changed]
        .map((other) => circuit.nameOf(other))
        .filter((other) => effect.test(other));
      // An empty batch does nothing to any root: the new one is the old one.
      expect(
        effects.filter((other) => mutated !== "oldRoot" || other !== "newRoot").join(" "),
        place,
      ).to.equal("");
    }
  }

  /** Runs mutations and puts the counts into the title of the test. */
  function counted(test: Mocha.Runnable | undefined, run: (count: Count) => void): void {
    const count = { tried: 0, refused: 0 };
    run(count);
    const accepted = count.tried - count.refused;
    tally.add("witnesses moved", { ...count, "without effect": accepted });
    const counts = `${count.tried} tried, ${count.refused} refused, ${accepted} without effect`;
    if (test !== undefined) test.title += ` (${counts}; seed ${seed})`;
    expect(count.refused).to.be.greaterThan(0);
  }

  it("is what the witness program computes if nothing is changed", async () => {
    // All inputs taken from one batch, everything else from another: every wire follows.
    const [first, second] = [cases[0], cases[1]];
    if (first === undefined || second === undefined) throw new Error("There are no batches.");
    const changes = new Map(circuit.inputs.map((wire) => [wire, second.witness[wire] ?? 0n]));
    const { refusedBy, values } = mutator.mutate(first.witness, changes);
    expect(refusedBy).to.equal(undefined);
    const different = [...values.keys()].filter((wire) => values[wire] !== second.witness[wire]);
    // Quotients by zero stay as they were.
    expect(different.map((wire) => circuit.nameOf(wire)).filter((name) => !inverse.test(name))).to.be.empty;
  });

  it("by an input", function () {
    counted(this.test, (count) => {
      for (const [position, at] of cases.entries()) {
        const every = full && position < 2;
        const wires = every ? circuit.inputs : Array.from({ length: 25 }, () => random.pick(circuit.inputs));
        for (const wire of wires) {
          const values = valuesFor(wire, at.witness);
          for (const value of every ? values : [random.pick(values), random.pick(values)]) {
            attempt(count, at, new Map([[wire, value]]));
          }
        }
      }
    });
  });

  it("by a computed wire", function () {
    const { computed } = mutator;
    counted(this.test, (count) => {
      for (const at of full ? cases.slice(0, 2) : cases) {
        const wires = full ? computed : Array.from({ length: 1000 }, () => random.pick(computed));
        for (const wire of wires) {
          attempt(count, at, new Map([[wire, random.pick(valuesFor(wire, at.witness))]]));
        }
      }
    });
  });

  it("by two bits of a number that are split otherwise, 0 and 1 as 2 and 0", function () {
    counted(this.test, (count) => {
      for (const at of cases) {
        for (const bits of circuit.bitGroups()) {
          const i = random.below(bits.length - 1);
          const [low = 0, high = 0] = [bits[i], bits[i + 1]];
          const change = random.below(2) === 0 ? 1n : -1n;
          const changes = new Map([
            [low, toField((at.witness[low] ?? 0n) + 2n * change)],
            [high, toField((at.witness[high] ?? 0n) - change)],
          ]);
          attempt(count, at, changes);
        }
      }
      expect(count.refused).to.equal(count.tried);
    });
  });

  it("by flags of IsZero and IsEqual turned over, whatever the inverse", function () {
    counted(this.test, (count) => {
      for (const at of cases) {
        for (const j of [0, 1]) {
          const flags = [
            [`operation[${j}].isOwner`, `operation[${j}].IsEqual.isz.inv`],
            [`exitLists.cause[${j}].enabled`, `operation[${j}].IsZero.inv`],
          ];
          for (const [flag = "", inverseName = ""] of flags) {
            const wire = [...circuit.matching(new RegExp(`^${literal(flag)}$`))][0] ?? 0;
            const turned = toField(1n - (at.witness[wire] ?? 0n));
            for (const inv of [0n, 1n, poseidon([turned])]) {
              const [hint = 0] = circuit.matching(new RegExp(`^${literal(inverseName)}$`));
              const changes = new Map([
                [wire, turned],
                [hint, inv],
              ]);
              attempt(count, at, changes);
            }
          }
        }
      }
      expect(count.refused).to.equal(count.tried);
    });
  });

  describe("of a signature", () => {
    const transaction = (i: number, part: string): number[] => [
      ...circuit.matching(new RegExp(`^transaction\\[${i}\\]\\.VerifySignature\\.${part}`)),
    ];

    /** A batch with one payment of which the signature is as wanted. */
    async function signed(wanted: (slot: TransactionSlot) => boolean): Promise<Case> {
      for (let amount = 1n; ; amount++) {
        const forgery = batch({ transactions: [transfer(alice, bob, { amount })] });
        const [slot] = forgery.transactions;
        if (slot !== undefined && wanted(slot)) {
          return { name: `amount ${amount}`, forgery, witness: await circuit.witness(forgery) };
        }
      }
    }

    function bitsOf(wires: readonly number[], number: bigint): [number, bigint][] {
      return wires.map((wire, position) => [wire, (number >> BigInt(position)) & 1n]);
    }

    function assertRefused(at: Case, changes: [number, bigint][]): void {
      const { refusedBy } = mutator.mutate(at.witness, new Map(changes));
      expect(refusedBy).not.to.equal(undefined);
    }

    it("by S plus the subgroup order, bits and all", async () => {
      const at = await signed(({ s }) => s + subgroupOrder < 2n ** 251n);
      const [slot] = at.forgery.transactions;
      const bits = transaction(0, "sBit");
      expect(bits).to.have.length(251);
      const more = (slot?.s ?? 0n) + subgroupOrder;
      // The same point: without the bound on the bits, nothing would refuse.
      assertRefused(at, [[circuit.wire("transactionSignature[0][2]"), more], ...bitsOf(bits, more)]);
    });

    it("by a hash read as itself plus p", async () => {
      const hash = (slot: TransactionSlot): bigint =>
        poseidon([slot.r8x, slot.r8y, slot.ax, slot.ay, messageOf(domain, slot)]);
      const at = await signed((slot) => hash(slot) + fieldOrder < 2n ** 254n);
      const [slot] = at.forgery.transactions;
      const bits = transaction(0, "hBit");
      if (slot === undefined) throw new Error("There is no transaction.");
      expect(bits.map((wire) => at.witness[wire])).to.deep.equal(
        bitsOf(bits, hash(slot)).map(([, bit]) => bit),
      );
      assertRefused(at, bitsOf(bits, hash(slot) + fieldOrder));
    });

    it("by bits of a hash that begins as p does, where they are held by squares only", async () => {
      // bit · (1 - equal - bit) = 0 is bit² = 0 as long as all bits above are those of p - 1, 11 in binary: to first
      // order these bits could move, by any amount that their sum allows. A square has one root.
      const top = 3n << 252n;
      const hash = (slot: TransactionSlot): bigint =>
        poseidon([slot.r8x, slot.r8y, slot.ax, slot.ay, messageOf(domain, slot)]);
      const at = await signed((slot) => hash(slot) >= top);
      const bits = transaction(0, "hBit").slice(245, 252);
      const held = new Set(circuit.inputs);
      const kernel = kernelOf(
        jacobian(circuit.constraints, at.witness),
        circuit.wires.filter((wire) => !held.has(wire)),
      );
      const free = bits.filter((bit) => kernel.support().has(bit));
      expect(free).to.have.length.greaterThan(1);
      const [low = 0, high = 0] = free;
      const distance = 2n ** BigInt(bits.indexOf(high) - bits.indexOf(low));
      for (const amount of [1n, -1n, 2n ** 128n, poseidon([1n])]) {
        assertRefused(at, [
          [high, toField(amount)],
          [low, toField(-amount * distance)],
        ]);
      }
    });

    it("by another slope, for no key but the one that is made of the ladder's starting point", async () => {
      const slope = transaction(0, "right\\.AddChord\\.slope");
      expect(slope).to.have.length(1);
      const move = (at: Case): number | undefined =>
        mutator.mutate(at.witness, new Map(slope.map((wire) => [wire, poseidon([2n])]))).refusedBy;
      expect(move(await signed(() => true))).not.to.equal(undefined);

      // N + T has no chord for T = 4 A = N: any slope will do, so anybody could sign for that A. It has no owner, since
      // nobody knows the relation of N to the base point; who pays to it has chosen to. An unused slot shows it.
      const [u, v] = [
        4934289177017992665648221784109695416890033399095628004356660775276034092302n,
        8059877431607640843065498676868514693291945824800556806579048903497088961243n,
      ];
      const start = Point.fromAffine({
        x: toField(u * invert(v, fieldOrder)),
        y: toField((u - 1n) * invert(u + 1n, fieldOrder)),
      });
      const forgery = batch({});
      const { x: ax, y: ay } = start.multiply(invert(4n, subgroupOrder)).toAffine();
      Object.assign(forgery.transaction(0), { ax, ay });
      expect(move({ name: "N", forgery, witness: await circuit.witness(forgery) })).to.equal(undefined);
    });

    it("by the one S at which the fixed base's ladder comes to infinity, which has no witness", async () => {
      // Windows of three bits: 2 · 8^83 + sum of (1 + a_i) 8^i before the last one is minus the last one's point. No chord
      // is vertical, slope · 0 = -2 v, so even an unused slot cannot have this S. Nobody can sign such that S is it.
      const ones = Array.from({ length: 83 }, (_, i) => 8n ** BigInt(i)).reduce((a, b) => a + b);
      const s = subgroupOrder - 2n * 8n ** 83n - ones;
      expect(s >> 246n).to.equal(7n);
      const accepts = async (value: bigint): Promise<boolean> => {
        const forgery = batch({});
        forgery.transaction(0).s = value;
        return (await refusal(circuit.circuit, forgery)) === "";
      };
      expect(await accepts(s)).to.equal(false);
      expect(await accepts(s + 1n)).to.equal(true);
    });

    it("by keys and R8 with a point of order 2 added, or negated", async () => {
      const at = await signed(() => true);
      for (const pair of [
        ["transactionKey[0][0]", "transactionKey[0][1]"],
        ["transactionSignature[0][0]", "transactionSignature[0][1]"],
      ]) {
        const [x = 0, y = 0] = pair.map((name) => circuit.wire(name));
        const [oldX = 0n, oldY = 0n] = [at.witness[x], at.witness[y]];
        assertRefused(at, [[x, toField(-oldX)]]);
        assertRefused(at, [
          [x, toField(-oldX)],
          [y, toField(-oldY)],
        ]);
      }
    });
  });
});

function literal(name: string): string {
  return name.replaceAll(/[[\].]/g, "\\$&");
}
