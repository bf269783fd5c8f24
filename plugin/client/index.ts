// What `hardhat-rollup/client` is: all that an app needs to use a rollup from afar, in Node.js and in browsers.

export { RemoteError, type RemoteErrorCode } from "./remote/errors.ts";
export {
  type AccountProof,
  type ConnectOptions,
  type Payee,
  type RemotePayment,
  RemoteRollup,
  type Sent,
} from "./remote/remote-rollup.ts";
export type { Milestone, SentTransaction, WaitOptions } from "./remote/sent-transaction.ts";
export { type TypedDataSigner, Wallet } from "./wallet.ts";
