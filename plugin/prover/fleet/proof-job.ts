import { createHash } from "node:crypto";
import { z } from "zod";
import { type ProofSystemName, proofSystemNames, type VerificationKeyJson } from "../proof-system.ts";
import { canonicalJson, type JsonValue } from "./canonical-json.ts";
import { NotAuthenticError } from "./errors.ts";
import type { FleetSecret, Signed } from "./fleet-secret.ts";
import { storedFile } from "./stored-file.ts";

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

const proofJobContent = z
  .object({
    /** Raise it when a field changes its meaning. */
    version: z.literal(1),
    /** The proving key without its file, as recorded when it was made. */
    key: z
      .object({
        name: z.string(),
        system: z.enum(proofSystemNames as unknown as [ProofSystemName, ...ProofSystemName[]]),
        circuitHash: hex64,
        keyHash: z.string().regex(/^0x[0-9a-f]{64}$/),
        development: z.boolean(),
        verificationKey: z.custom<VerificationKeyJson>(
          (value) => typeof value === "object" && value !== null && "protocol" in value,
        ),
      })
      .strict(),
    zkey: storedFile,
    /** A circuit's program with its input, or a witness file. */
    witness: z.union([
      z.object({ program: storedFile, input: storedFile }).strict(),
      z.object({ wtns: storedFile }).strict(),
    ]),
    /** What the proof has to be for, decimal. */
    publicSignals: z.array(z.string().regex(/^(0|[1-9]\d*)$/)),
  })
  .strict();

/** What a proof is made from, all of it by content. */
export type ProofJobContent = z.infer<typeof proofJobContent>;

const proofJob = z
  .object({
    content: proofJobContent,
    /** New each time the job is put into the queue: an answer names the one that it is for. */
    ticket: z.string().uuid(),
    /** Seconds after which a worker gives up, fetching the files included. */
    timeLimit: z.number().positive(),
  })
  .strict();

/** A proof to make, and how. */
export type ProofJob = z.infer<typeof proofJob>;

/**
 * The name of a job in the queue, which follows from what is proven: whoever asks for the same proof again finds the job
 * that is there.
 */
export function proofJobId(content: ProofJobContent): string {
  const hash = createHash("sha256").update(canonicalJson(content as unknown as JsonValue));
  return `proof-${hash.digest("hex")}`;
}

export function signJob(secret: FleetSecret, job: ProofJob): Signed {
  return secret.sign("job", job as unknown as JsonValue);
}

/**
 * A job out of the queue.
 *
 * @throws NotAuthenticError if nobody in the fleet made it, or made it under another id
 */
export function openJob(secret: FleetSecret, jobId: string, data: unknown): ProofJob {
  const job = secret.open("job", data, proofJob);
  const actual = proofJobId(job.content);
  if (actual === jobId) return job;
  throw new NotAuthenticError("A job has the content of another one.", { job: jobId, content: actual });
}
