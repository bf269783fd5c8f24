// One of the threads of a SignaturePool.

import { parentPort, workerData } from "node:worker_threads";
import type { ConstantModule } from "../../prover/curve/webassembly/module-writer.ts";
import { elementField } from "../hashing/element-field.ts";
import type { SignatureRecords } from "./signature-records.ts";
import { type SignatureResults, SignatureVerifier } from "./signature-verifier.ts";

/** What a thread is asked; it answers in order. */
export type ThreadRequest = SignatureRecords;
export type ThreadAnswer = SignatureResults;

const verifier = new SignatureVerifier(elementField(), workerData as ConstantModule);
parentPort?.on("message", (request: ThreadRequest) => {
  const answer: ThreadAnswer = verifier.check(request);
  parentPort?.postMessage(answer, [answer.messages.buffer, answer.valid.buffer]);
});
