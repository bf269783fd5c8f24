import type { PublicKey } from "../../protocol/babyjubjub.ts";
import type { SignedTransaction } from "../../protocol/transaction.ts";

/** A transaction, and the key that it should be signed by: that of the account it is sent from. */
export type SignatureCheck = { readonly transaction: SignedTransaction; readonly key: PublicKey };

export type CheckedSignature = {
  /** What is signed, see transactionMessage; the transaction's id is this as a word. */
  readonly message: bigint;
  /** Exactly what verifySignature says of it. */
  readonly valid: boolean;
};

/** Checks the signatures of transactions for one rollup. */
export interface SignatureChecker {
  /**
   * Checks many signatures, the more at once the cheaper each.
   *
   * @returns in the order of `batch`
   * @throws ProtocolError as assertTransaction for fields out of range: refuse those before. Whatever signature or
   * key is given is no error.
   */
  check(batch: readonly SignatureCheck[]): Promise<readonly CheckedSignature[]>;
  /** Ends what runs in the background; checks under way fail. Closing again does nothing. */
  close(): Promise<void>;
}
