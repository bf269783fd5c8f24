import { accountAttacks } from "./account-attacks.ts";
import type { Attack } from "./attack.ts";
import { exitAttacks } from "./exit-attacks.ts";
import { feeAttacks } from "./fee-attacks.ts";
import { lookupAttacks } from "./lookup-attacks.ts";
import { memoryAttacks } from "./memory-attacks.ts";
import { operationAttacks } from "./operation-attacks.ts";
import { publicDataAttacks } from "./public-data-attacks.ts";
import { transactionAttacks } from "./transaction-attacks.ts";

/** All attacks on the batch circuit, by what they are on. */
export const batchAttacks: Readonly<Record<string, readonly Attack[]>> = {
  "account slots": accountAttacks,
  memory: memoryAttacks,
  lookups: lookupAttacks,
  operations: operationAttacks,
  transactions: transactionAttacks,
  fees: feeAttacks,
  "exit rows": exitAttacks,
  "public data": publicDataAttacks,
};
