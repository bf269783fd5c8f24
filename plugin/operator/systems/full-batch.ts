import type { RollupClient } from "../../client/rollup.ts";
import type { Shape } from "../../protocol/shape.ts";

/**
 * Fills a batch of a new rollup on an in-process chain: as many deposits as the shape has operations, then payments
 * among their accounts, of which one leaves if there are two. What a batch costs does not depend on what is in it, but
 * for the work that zeros save the prover.
 */
export async function sealFullBatch(client: RollupClient, shape: Shape): Promise<void> {
  const names = Array.from({ length: shape.operations }, (_, index) => `measured-${index}`);
  const nameAt = (index: number): string => names[index % names.length] as string;
  for (const to of names) await client.deposit({ to, amount: 10n ** 18n });
  const payments = shape.transactions > 1 ? shape.transactions - 1 : 1;
  for (let index = 0; index < payments; index++) {
    await client.transfer({ from: nameAt(index), to: nameAt(index + 1), amount: BigInt(1 + index) });
  }
  if (payments < shape.transactions) await client.withdraw({ from: nameAt(0), amount: 10n ** 15n });
  await client.seal();
}
