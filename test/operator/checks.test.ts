import { expect } from "chai";
import { parseEther, toBeHex } from "ethers";
import hre from "hardhat";
import { type Connection, openEphemeral } from "../../plugin/client/open-rollup.ts";
import type { RollupClient } from "../../plugin/client/rollup.ts";
import {
  assertPassed,
  checkEscrow,
  checkProofs,
  checkRoot,
  type EscrowSum,
  escrowSums,
} from "../../plugin/operator/checks.ts";
import { wordHex } from "../../plugin/protocol/hex.ts";

// A rollup with one real batch, and what the checks say once somebody has tampered with it.

describe("Checks of a rollup", () => {
  let connection: Connection;
  let rollup: RollupClient;
  let close: () => Promise<void>;
  const proofOf = (batchNumber: number) => rollup.store.proofs.get(batchNumber);

  before(async () => {
    connection = await hre.network.create();
    ({ client: rollup, close } = await openEphemeral(hre, connection, { shapes: ["tiny"] }));
    await rollup.deposit({ to: "alice", amount: parseEther("1") });
    await rollup.withdraw({ from: "alice", amount: parseEther("0.25") });
    await rollup.settle();
    await rollup.deposit({ to: "bob", amount: parseEther("0.5") }); // stays in the queue
  });
  after(async () => {
    await close();
    await connection.close();
  });

  /** Does something to the chain, and takes it back when the test is done. */
  async function tampered(
    method: string,
    params: readonly unknown[],
    test: () => Promise<void>,
  ): Promise<void> {
    const snapshot: unknown = await connection.ethers.provider.send("evm_snapshot", []);
    await connection.ethers.provider.send(method, [...params]);
    try {
      await test();
    } finally {
      await connection.ethers.provider.send("evm_revert", [snapshot]);
    }
  }

  describe("checkEscrow", () => {
    it("counts balances, unclaimed exits and waiting deposits", async () => {
      const { synced } = await checkRoot(rollup.l1);
      const sums = synced && (await escrowSums(rollup.l1, synced));
      expect(checkEscrow([{ when: "now", sums }])).to.deep.include({
        passed: true,
        facts: ["now: 1.5 ETH escrow; 0.75 balances + 0.25 unclaimed exits + 0.5 waiting deposits"],
      });
    });

    it("fails if the contract has less than it says", async () => {
      const fees = (await rollup.l1.queueEntries()).reduce((sum, { fee }) => sum + fee, 0n);
      const balance = toBeHex(parseEther("1.5") + fees - 1n);
      await tampered("hardhat_setBalance", [rollup.address, balance], async () => {
        const { synced } = await checkRoot(rollup.l1);
        const sums = synced && (await escrowSums(rollup.l1, synced));
        const { passed, facts } = checkEscrow([{ when: "now", sums }]);
        expect(passed).to.equal(false);
        expect(facts[0]).to.match(/of which the contract has 1\.50*[0-9]+; .* <- wrong$/);
      });
    });

    const token = { symbol: "SUSD", decimals: 6 };
    const right: EscrowSum = {
      token,
      escrow: 9n,
      besides: 0n,
      held: 9n,
      balances: 5n,
      unclaimed: 3n,
      waiting: 1n,
    };
    for (const field of ["escrow", "balances", "unclaimed", "waiting"] as const) {
      it(`fails if ${field} is one unit off, in any of the books`, () => {
        for (const off of [1n, -1n]) {
          const wrong = { ...right, held: 10n, [field]: right[field] + off };
          const before = { when: "before", sums: [right] };
          expect(checkEscrow([before]).passed).to.equal(true);
          expect(checkEscrow([before, { when: "after", sums: [right, wrong] }]).passed).to.equal(false);
        }
      });
    }

    it("fails without a state or without books", () => {
      expect(checkEscrow([{ when: "now", sums: undefined }]).passed).to.equal(false);
      expect(checkEscrow([]).passed).to.equal(false);
    });
  });

  describe("checkRoot", () => {
    it("fails if the contract has another root, and says both", async () => {
      const root = wordHex(await rollup.l1.root());
      const { provider } = connection.ethers;
      let slot = 0;
      while ((await provider.getStorage(rollup.address, slot)) !== root) slot++;
      const other = wordHex(BigInt(root) + 1n);
      await tampered("hardhat_setStorageAt", [rollup.address, toBeHex(slot), other], async () => {
        const { check, synced } = await checkRoot(rollup.l1);
        expect(check.passed).to.equal(false);
        expect(check.facts.join("\n")).to.include(root).and.to.include(other);
        expect(synced).to.equal(undefined);
      });
      expect((await checkRoot(rollup.l1)).check.passed).to.equal(true);
    });
  });

  describe("checkProofs", () => {
    it("passes if the verifier accepts each proof, and it alone", async () => {
      expect(await checkProofs(rollup.l1, 1, proofOf)).to.deep.include({
        passed: true,
        facts: [
          "batches sealed: 1, events BatchSettled: 1",
          "proofs that the verifier contract accepts for L1's data: 1, refuses for other data: 1",
        ],
      });
    });

    it("fails if a batch has not settled, has no proof or not that one", async () => {
      const proof = `0x${"00".repeat(256)}`;
      expect((await checkProofs(rollup.l1, 2, proofOf)).passed).to.equal(false);
      expect((await checkProofs(rollup.l1, 1, () => undefined)).passed).to.equal(false);
      expect((await checkProofs(rollup.l1, 1, () => ({ proof }))).passed).to.equal(false);
    });

    it("fails if the verifier accepts everything", async () => {
      const [shape] = rollup.deployment.shapes;
      const returnTrue = "0x600160005260206000f3";
      await tampered("hardhat_setCode", [shape?.verifier, returnTrue], async () => {
        expect((await checkProofs(rollup.l1, 1, proofOf)).passed).to.equal(false);
      });
    });
  });

  it("that do not pass are an error that names them", () => {
    const check = { name: "The sum is right", facts: [] };
    assertPassed([{ ...check, passed: true }]);
    expect(() => assertPassed([{ ...check, passed: false }])).to.throw(
      "what does not hold: The sum is right",
    );
  });
});
