import { verifySignature } from "../../protocol/eddsa.ts";
import { transactionMessage } from "../../protocol/transaction.ts";
import type { CheckedSignature, SignatureCheck, SignatureChecker } from "./signature-checker.ts";

/** One signature after another, by the protocol's own code: what other checkers are measured and tested by. */
export class PlainSignatureChecker implements SignatureChecker {
  readonly #domain: bigint;

  /** @param domain - See rollupDomain. */
  constructor(domain: bigint) {
    this.#domain = domain;
  }

  async check(batch: readonly SignatureCheck[]): Promise<readonly CheckedSignature[]> {
    return batch.map(({ transaction, key }) => {
      const message = transactionMessage(this.#domain, transaction);
      return { message, valid: verifySignature(key, message, transaction.signature) };
    });
  }

  async close(): Promise<void> {}
}
