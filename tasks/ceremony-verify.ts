import path from "node:path";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { keyToMake } from "../plugin/client/verified-key.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { runSteps } from "../plugin/console/progress.ts";
import { formatFacts } from "../plugin/console/table.ts";
import {
  ceremonyCircuit,
  ceremonyShape,
  keyToContinue,
  requireConfiguredPtau,
  requirePhase2,
} from "../plugin/operator/ceremony.ts";
import { command } from "../plugin/operator/next-step.ts";
import { beaconText } from "../plugin/prover/ceremony/attestation.ts";
import { type Ceremony, verifyCeremony, weaknesses } from "../plugin/prover/ceremony/verify.ts";

interface VerifyArguments {
  readonly shape: string | undefined;
  readonly file: string | undefined;
  readonly ptau: string | undefined;
}

const verify: NewTaskActionFunction<VerifyArguments> = async ({ shape, file, ptau }, { config }) => {
  requirePhase2(config);
  const name = ceremonyShape(config, shape, file);
  await requireConfiguredPtau(config, ptau);
  const { zkeyPath } = await keyToContinue(config, shape, file);
  await interruptible(
    async (signal) => {
      let ceremony: Ceremony | undefined;
      await runSteps([
        {
          title: `${path.basename(zkeyPath)}, made again from circuit and powers of tau`,
          run: async ({ at }) => {
            const options = { signal, onProgress: at };
            const circuit = await ceremonyCircuit(config, name, options);
            const key = keyToMake(config, name, circuit, ptau);
            ceremony = await verifyCeremony({ ...key, ...options, zkeyPath });
            return `${path.basename(zkeyPath)}, made again from circuit and powers of tau: it is the same`;
          },
        },
      ]);
      if (ceremony !== undefined) print(ceremony, config.rollup.ceremony.minContributions);
    },
    () => "Stopped.",
  );
};

function print(ceremony: Ceremony, minContributions: number): void {
  const { transcript, ptau, circuitHash, zkeyHash } = ceremony;
  console.log(
    `\n${formatFacts({
      file: path.relative(process.cwd(), transcript.zkeyPath),
      "SHA-256 of the file": zkeyHash,
      "SHA-256 of the circuit": circuitHash,
      "circuit hash": transcript.circuitHash,
      "powers of tau": ptau.published?.file ?? "unknown",
      "BLAKE2b of the powers of tau": ptau.blake2b,
    })}`,
  );
  for (const contribution of transcript.contributions) {
    const { number, name, hash, beacon } = contribution;
    const who = beacon === undefined ? name : `beacon${beaconText(contribution)}`;
    console.log(`\ncontribution ${number}: ${who}\n  ${hash}`);
  }
  console.log("\nCompare each hash with what its contributor published: a file cannot tell people apart.");
  const reasons = weaknesses(ceremony, minContributions);
  for (const { message } of reasons) console.log(`\nA live network would refuse this key. ${message}`);
  if (reasons.length === 0) console.log(`\nFit for live networks.\n\nNext: ${command("ceremony export")}`);
}

export default verify;
