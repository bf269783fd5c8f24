import { getAddress, type Signer } from "ethers";
import { developmentSigner } from "../client/development-signer.ts";
import { ClientError } from "../client/errors.ts";
import { Wallet } from "../client/wallet.ts";

/** Whose accounts are meant, as people write it. */
export type PartyReference =
  /** A wallet for development. */
  | { readonly kind: "name"; readonly name: string }
  /** One of the network's accounts by its place, from 0. */
  | { readonly kind: "number"; readonly number: number }
  /** An L1 address with its checksum. */
  | { readonly kind: "address"; readonly address: string };

/** For messages. */
export const partyForms =
  "a name, # and the number of one of the network's accounts, or the address of one (0x…)";

/** Names end up in terminals and tables. */
const nameForm = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_ .-]{0,38}[\p{L}\p{N}_])?$/u;

/** Reads how a party is written. Undefined for what is neither a name nor a number nor an address. */
export function parseParty(text: string): PartyReference | undefined {
  if (/^#\d{1,6}$/.test(text)) return { kind: "number", number: Number(text.slice(1)) };
  if (/^0x/i.test(text)) {
    try {
      return { kind: "address", address: getAddress(text) };
    } catch {
      return undefined;
    }
  }
  return nameForm.test(text) ? { kind: "name", name: text } : undefined;
}

export type PartiesOptions = {
  /** The network's accounts, in order. */
  readonly signers: readonly Signer[];
  readonly network: { readonly name: string; readonly isDevelopment: boolean };
};

/** Somebody who can sign, on L2 and on L1. */
export type Member = {
  readonly wallet: Wallet;
  /** The L1 account. That of a name is not one of the network's and has no money. */
  readonly signer: Signer;
  readonly isName: boolean;
};

/** Who can be named on a network: its accounts, and on a chain for development anybody by any name. */
export class Parties {
  readonly #options: PartiesOptions;
  readonly #members = new Map<string, Promise<Member>>();

  constructor(options: PartiesOptions) {
    this.#options = options;
  }

  /**
   * Who a reference means: the same member whenever it is asked for.
   *
   * @throws ClientError for a name where money is real, and for accounts that the network does not have
   */
  async member(reference: PartyReference): Promise<Member> {
    const key = JSON.stringify(reference);
    const known = this.#members.get(key) ?? this.#find(reference);
    this.#members.set(key, known);
    return await known;
  }

  /** Who pays on L1 for somebody: the first of the network's accounts for a name, which has no money there. */
  payer(member: Member): Signer {
    const [first] = this.#options.signers;
    return member.isName && first !== undefined ? first : member.signer;
  }

  async #find(reference: PartyReference): Promise<Member> {
    const { signers, network } = this.#options;
    if (reference.kind === "name") {
      const { name } = reference;
      if (network.isDevelopment) {
        return { wallet: await Wallet.fromName(name), signer: developmentSigner(name), isName: true };
      }
      throw new ClientError("A name is a wallet for development: anybody can spend what it holds.", {
        name,
        network: network.name,
        "what to do": "give one of the network's accounts: # and its number, or its address",
      });
    }
    const signer =
      reference.kind === "number" ? signers[reference.number] : await this.#withAddress(reference.address);
    if (signer !== undefined) {
      return { wallet: await Wallet.fromSigner(signer), signer, isName: false };
    }
    throw new ClientError("The network has no such account.", {
      given: reference.kind === "number" ? `#${reference.number}` : reference.address,
      network: network.name,
      "accounts there are": signers.length === 0 ? "none" : `#0 to #${signers.length - 1}`,
      "what to do": `give one of them, or add yours: networks.${network.name}.accounts in the Hardhat config`,
    });
  }

  async #withAddress(address: string): Promise<Signer | undefined> {
    for (const signer of this.#options.signers) {
      if ((await signer.getAddress()) === address) return signer;
    }
    return undefined;
  }
}
