import path from "node:path";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { keyToMake } from "../plugin/client/verified-key.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { formatFacts } from "../plugin/console/table.ts";
import {
  ceremonyCircuit,
  ceremonyShape,
  ceremonyStep,
  keyToContinue,
  requireConfiguredPtau,
  requirePhase2,
} from "../plugin/operator/ceremony.ts";
import { beaconText } from "../plugin/prover/ceremony/attestation.ts";
import { type Ceremony, verifyCeremony, weaknesses } from "../plugin/prover/ceremony/verify.ts";

interface VerifyArguments extends OutputOptions {
  readonly shape: string | undefined;
  readonly file: string | undefined;
  readonly ptau: string | undefined;
}

const verify: NewTaskActionFunction<VerifyArguments> = async (given, { config }) => {
  const output = new Output(given);
  const { shape, file, ptau } = given;
  requirePhase2(config);
  const name = ceremonyShape(config, shape, file);
  await requireConfiguredPtau(config, ptau);
  const { zkeyPath } = await keyToContinue(config, shape, file);
  await interruptible(
    async (signal) => {
      let ceremony: Ceremony | undefined;
      await output.steps([
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
      if (ceremony !== undefined) {
        const next = ceremonyStep("export", shape, ptau);
        print(output, ceremony, config.rollup.ceremony.minContributions, next);
      }
    },
    () => "Stopped.",
  );
};

function print(output: Output, ceremony: Ceremony, minContributions: number, next: string): void {
  const { transcript, ptau, circuitHash, zkeyHash } = ceremony;
  const reasons = weaknesses(ceremony, minContributions).map(({ code, message }) => ({ code, message }));
  const fit = reasons.length === 0;
  const verdict = fit
    ? ["Fit for live networks."]
    : reasons.map(({ message }) => `A live network would refuse this key. ${message}`);
  output.outcome({
    value: {
      file: transcript.zkeyPath,
      zkeyHash,
      circuitHash,
      transcriptCircuitHash: transcript.circuitHash,
      ptau: { file: ptau.published?.file ?? null, blake2b: ptau.blake2b },
      contributions: transcript.contributions.map(({ number, name, hash, beacon }) => {
        return { number, name, hash, ...(beacon === undefined ? {} : { beacon }) };
      }),
      fitForLiveNetworks: fit,
      reasons,
    },
    text: [format(ceremony), ...verdict].join("\n\n"),
    next: fit ? next : undefined,
    wanted: true,
  });
}

function format({ transcript, ptau, circuitHash, zkeyHash }: Ceremony): string {
  const facts = formatFacts({
    file: path.relative(process.cwd(), transcript.zkeyPath),
    "SHA-256 of the file": zkeyHash,
    "SHA-256 of the circuit": circuitHash,
    "circuit hash": transcript.circuitHash,
    "powers of tau": ptau.published?.file ?? "unknown",
    "BLAKE2b of the powers of tau": ptau.blake2b,
  });
  const contributions = transcript.contributions.map((contribution) => {
    const { number, name, hash, beacon } = contribution;
    const who = beacon === undefined ? name : `beacon${beaconText(contribution)}`;
    return `contribution ${number}: ${who}\n  ${hash}`;
  });
  const advice = "Compare each hash with what its contributor published: a file cannot tell people apart.";
  return [facts, ...contributions, advice].join("\n\n");
}

export default verify;
