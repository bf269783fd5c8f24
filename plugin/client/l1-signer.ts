import { parseEther, type Signer } from "ethers";
import { isDevelopmentChain } from "../settlement/development-chain.ts";
import type { L1Rollup } from "../settlement/l1.ts";
import { developmentSigner } from "./development-signer.ts";
import { ClientError } from "./errors.ts";

/** What gas and fee of a request cost at most, where gas costs what development chains take for it. */
const allowance = parseEther("0.01");

/**
 * The L1 account behind a name, with enough to pay for a request: the rollup's own account gives it what is missing.
 *
 * @throws ClientError on a chain that may hold money, where anybody could take what the name has
 */
export async function l1Signer(l1: L1Rollup, name: string): Promise<Signer> {
  const { chainId, network } = l1.deployment;
  if (!isDevelopmentChain(chainId)) {
    throw new ClientError("A name is a wallet for development: anybody can spend what it holds.", {
      name,
      network,
      "chain id": chainId,
      "what to do": "give the signer of one of the network's accounts",
    });
  }
  const signer = developmentSigner(name).connect(l1.provider);
  const payer = l1.requireSigner();
  if ((await l1.provider.getBalance(signer.address)) < allowance) {
    await (await payer.sendTransaction({ to: signer.address, value: allowance })).wait();
  }
  return signer;
}
