import { z } from "zod";
import { NotAuthenticError } from "./errors.ts";
import type { FleetSecret, Signed } from "./fleet-secret.ts";
import { workerName } from "./worker-name.ts";

const nonNegative = z.number().finite().nonnegative();

const proofAnswer = z
  .object({
    version: z.literal(1),
    /** Id of the job that it answers. */
    job: z.string(),
    /** Of that job. */
    ticket: z.string(),
    worker: workerName,
    /** As the verifier contract takes it. Longer ones than any system has are not looked at. */
    proof: z.string().regex(/^0x([0-9a-f]{2}){1,8192}$/),
    backend: z.string().max(60),
    witnessSeconds: nonNegative,
    proofSeconds: nonNegative,
    peakMemoryBytes: nonNegative,
  })
  .strict();

/** A proof as a worker returns it. The coordinator verifies it. */
export type ProofAnswer = z.infer<typeof proofAnswer>;

export function signAnswer(secret: FleetSecret, answer: ProofAnswer): Signed {
  return secret.sign("result", answer);
}

/**
 * What a worker returned.
 *
 * @throws NotAuthenticError if no worker of the fleet did, or for another job
 */
export function openAnswer(
  secret: FleetSecret,
  job: { readonly id: string; readonly ticket: string },
  data: unknown,
): ProofAnswer {
  const answer = secret.open("result", data, proofAnswer);
  if (answer.job !== job.id) {
    throw new NotAuthenticError("A result is for another job.", { job: job.id, "result of": answer.job });
  }
  if (answer.ticket !== job.ticket) {
    throw new NotAuthenticError("A result is for an earlier round of the job.", { job: job.id });
  }
  return answer;
}
