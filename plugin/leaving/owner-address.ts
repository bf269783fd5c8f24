import type { Signer } from "ethers";
import { developmentSigner } from "../client/development-signer.ts";
import { ClientError } from "../client/errors.ts";
import { parseParty, partyForms } from "../payments/parties.ts";
import { parseAddress } from "../protocol/address.ts";

/**
 * The L1 address of an owner: an address is anybody's, since whoever reads L1 need not be the owner.
 *
 * @param text - A name (a wallet for development), # and the number of an account of the network, or an address.
 * @throws ClientError
 */
export async function ownerAddress(text: string, signers: readonly Signer[]): Promise<bigint> {
  const reference = parseParty(text);
  if (reference?.kind === "address") return parseAddress(reference.address);
  if (reference?.kind === "name") return parseAddress(await developmentSigner(reference.name).getAddress());
  const signer = reference === undefined ? undefined : signers[reference.number];
  if (signer !== undefined) return parseAddress(await signer.getAddress());
  throw new ClientError("There is no such owner.", {
    given: text,
    "what to give": partyForms,
    "accounts of the network": signers.length === 0 ? "none" : `#0 to #${signers.length - 1}`,
  });
}
