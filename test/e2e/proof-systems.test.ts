import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import { expect } from "chai";
import { parseEther } from "ethers";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Connection, openDeployed, openEphemeral } from "../../plugin/client/open-rollup.ts";
import type { RollupClient } from "../../plugin/client/rollup.ts";
import rollupPlugin from "../../plugin/index.ts";
import { deployToFile } from "../../plugin/operator/ensure-deployment.ts";
import { storedProof } from "../../plugin/operator/proof-file.ts";
import { verifyBatchProof } from "../../plugin/operator/verify-proof.ts";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";
import type { ProofSystemName } from "../../plugin/prover/proof-system.ts";
import type { BatchToSettle } from "../../plugin/settlement/batch-to-settle.ts";
import { rollupCompiler } from "../../plugin/settlement/compiler.ts";
import { contractRefusal } from "../settlement/rejection.ts";
import { flipped } from "./flipped.ts";

// What users get with each system, on the least shape that pays from one account to another: 2^16 gates for PLONK and
// FFLONK. Their proofs take most of a minute each, so the slowest proves one batch only.

const least: Shape = {
  depth: 2,
  transactions: 1,
  accounts: 2,
  operations: 1,
  exits: 1,
  fees: 1,
  applications: 0,
};
/** Milliseconds, for a machine that has much else to do. */
const slowProofs = 3_600_000;
const root = path.resolve(import.meta.dirname, "../..");
const batches = { plonk: 2, fflonk: 1, simulated: 2 } as const satisfies Partial<
  Record<ProofSystemName, number>
>;

describe("Each proof system, from deposit to claim", () => {
  let deployments: string;
  before(async () => {
    deployments = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-"));
  });
  after(() => rm(deployments, { recursive: true, force: true }));

  const environment = async (proofSystem: ProofSystemName): Promise<HardhatRuntimeEnvironment> =>
    await createHardhatRuntimeEnvironment(
      {
        plugins: [hardhatEthers, rollupPlugin],
        solidity: { profiles: { default: rollupCompiler } },
        rollup: { shapes: { least }, register: ["least"], proofSystem, deployments },
      },
      {},
      root,
    );

  for (const [name, count] of Object.entries(batches)) {
    const system = name as keyof typeof batches;

    describe(system, () => {
      let connection: Connection;
      let rollup: RollupClient;
      let close: () => Promise<void>;

      before(async () => {
        const hre = await environment(system);
        connection = await hre.network.create();
        ({ client: rollup, close } = await openEphemeral(hre, connection));
      });
      after(async () => {
        await close?.();
        await connection?.close();
      });

      it("deposits, withdraws and pays; every batch gets a proof", async () => {
        await rollup.deposit({ to: "alice", amount: parseEther("2") });
        await rollup.withdraw({ from: "alice", amount: parseEther("0.5") });
        await rollup.seal();
        if (count > 1) {
          await rollup.transfer({ from: "alice", to: "bob", amount: parseEther("0.3") });
          await rollup.seal();
        }
        const reports = await rollup.prove();
        expect(reports.map((report) => report.system)).to.deep.equal(Array(count).fill(system));
      }).timeout(slowProofs);

      it("has its name in the deployment, the key's file and the verifier's", async () => {
        const [shape] = rollup.deployment.shapes;
        expect(shape).to.include({ name: "least", system, development: true });
        const { key, verifierPath } = await rollup.setup("least");
        expect(path.basename(key.zkeyPath)).to.equal(`least.${system}.development.zkey`);
        expect(path.basename(verifierPath)).to.equal(`least.${system}.development.sol`);
        expect(key.keyHash).to.equal(shape?.keyHash);
      });

      it("can be checked by anybody off chain", async () => {
        const { key } = await rollup.setup("least");
        const batchProof = storedProof(rollup, 1, key.verificationKey);
        await verifyBatchProof(batchProof, {}, rollup.deployment);
        const changed = { ...batchProof, proof: flipped(batchProof.proof, batchProof.proof.length - 2) };
        const outcome = await verifyBatchProof(changed, {}, rollup.deployment).then(
          () => "accepted",
          (error: Error) => error.message,
        );
        expect(outcome).to.include("The proof is not valid");
      });

      it("is refused on L1 once anything is changed", async () => {
        const honest = batchOf(rollup, 1);
        const { proof, rows, exits, newRoot, commitment } = honest;
        const middle = 2 + 2 * Math.floor(proof.length / 4);
        const attacks: Record<string, Partial<BatchToSettle>> = {
          "the proof's first byte": { proof: flipped(proof, 2) },
          "a byte in its middle": { proof: flipped(proof, middle) },
          "its last byte": { proof: flipped(proof, proof.length - 2) },
          "a proof of zeros": { proof: `0x${"00".repeat(proof.length / 2 - 1)}` },
          "a proof cut short": { proof: proof.slice(0, -2) },
          "a proof with something behind it": { proof: `${proof}00` },
          "no proof": { proof: "0x" },
          "a proof as Groth16 has it": { proof: `0x${"11".repeat(256)}` },
          "a balance": { rows: rows.map((row) => ({ ...row, balance: row.balance + 1n })) },
          "an exit's amount": { exits: exits.map((exit) => ({ ...exit, amount: exit.amount + 1n })) },
          "an exit's recipient": {
            exits: exits.map((exit) => ({ ...exit, recipient: exit.recipient + 1n })),
          },
          "the new root": { newRoot: (newRoot + 1n) % fieldOrder },
          "the commitment": { commitment: (commitment + 1n) % fieldOrder },
        };
        if (count > 1) attacks["another batch's proof"] = { proof: batchOf(rollup, 2).proof };
        for (const [what, change] of Object.entries(attacks)) {
          expect(await contractRefusal(rollup.l1.settle([{ ...honest, ...change }])), what).to.equal(
            "RollupProofInvalid",
          );
        }
        expect(await rollup.l1.batchCount()).to.equal(0);
      });

      it("settles, pays out and can be rebuilt from L1", async () => {
        const reports = await rollup.settleProven();
        expect(reports).to.have.length(count);
        const { owner } = await rollup.wallet("alice");
        await rollup.claim("alice");
        expect(await connection.ethers.provider.getBalance(owner)).to.equal(parseEther("0.5"));
        expect(await rollup.balance("alice")).to.equal(parseEther(count > 1 ? "1.2" : "1.5"));
        const { state } = await rollup.sync();
        expect(state.root).to.equal(await rollup.l1.root());
      });
    });
  }

  it("is the deployment's own, whatever the config has become", async () => {
    const hre = await environment("simulated");
    const connection = await hre.network.create();
    const { chainId } = await connection.ethers.provider.getNetwork();
    const file = path.join(deployments, `default-${chainId}.json`);
    await deployToFile(hre, connection, file, {});
    const client = await openDeployed(await environment("fflonk"), connection);
    try {
      await client.deposit({ to: "alice", amount: 5n });
      const [report] = await client.settle();
      expect(report).to.include({ system: "simulated", batchNumber: 1 });
      expect(report?.gasUsed).to.be.a("bigint");
    } finally {
      await client.close();
      await connection.close();
    }
  });
});

function batchOf({ store }: RollupClient, batchNumber: number): BatchToSettle {
  const { sealed, shapeId, exits, rows } = store.batch(batchNumber);
  const proof = store.proofs.get(batchNumber);
  if (proof === undefined) throw new Error("The batch has no proof.");
  return { batchNumber, shapeId, operations: sealed.operations, exits, rows, ...proof };
}
