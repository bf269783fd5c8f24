// Wallets hold a BabyJubJub key, which no L1 wallet has, so that it is derived from something that its owner has already.
// This module runs in browsers, too: it imports neither Node nor Hardhat, and ethers only for development wallets.

import { type Account, accountIdentity, type Holder } from "../protocol/account.ts";
import { formatAddress, parseAddress } from "../protocol/address.ts";
import { SigningKey } from "../protocol/eddsa.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { hexDigits, wordHex } from "../protocol/hex.ts";
import { keccakWords } from "../protocol/keccak.ts";

type TypedDataField = { name: string; type: string };

/** An L1 account that signs typed data (EIP-712), as ethers' signers do. */
export interface TypedDataSigner {
  getAddress(): Promise<string>;
  signTypedData(
    domain: { name: string; version: string },
    types: Record<string, TypedDataField[]>,
    value: Record<string, string>,
  ): Promise<string>;
}

/**
 * What an L1 account signs to have its L2 key. Without chain and contract, so that one key serves all rollups; the
 * domain's name and the type keep the signature apart from every other use.
 */
const keyDerivation = {
  domain: { name: "hardhat-rollup", version: "1" },
  types: {
    L2Key: [
      { name: "purpose", type: "string" },
      { name: "warning", type: "string" },
    ],
  },
  value: {
    purpose: "Derive my key for rollups.",
    warning:
      "Whoever has this signature can spend what I hold on rollups. I sign it only for an app that I trust.",
  },
};

const signatureBytes = 65;

/** Who holds accounts on L2: a key that signs there, and the L1 address that may force an exit. */
export class Wallet {
  /** How it is called in output. */
  readonly name: string;
  readonly key: SigningKey;
  /** L1 address. */
  readonly owner: string;

  private constructor(name: string, key: SigningKey, owner: string) {
    this.name = name;
    this.key = key;
    this.owner = owner;
  }

  /**
   * The wallet of an L1 account: its owner is the account, its key comes from the account's EIP-712 signature. The
   * account has to sign deterministically (RFC 6979), as wallets do; a contract account cannot have such a wallet.
   *
   * @param name - Default: the address.
   * @throws ProtocolError `MALFORMED` if the signature is not an account's
   *
   * @example
   * const wallet = await Wallet.fromSigner(await new BrowserProvider(window.ethereum).getSigner());
   */
  static async fromSigner(signer: TypedDataSigner, name?: string): Promise<Wallet> {
    const owner = await signer.getAddress();
    const { domain, types, value } = keyDerivation;
    const signature = await signer.signTypedData(domain, types, value);
    return new Wallet(name ?? owner, SigningKey.fromSeed(seedOf(signature)), owner);
  }

  /**
   * A wallet from a secret of its own.
   *
   * @param seed - 32 secret bytes, uniformly random: `crypto.getRandomValues(new Uint8Array(32))`. Whoever has them can
   * spend; who loses them can only leave through L1.
   * @param owner - L1 address that may force an exit and receives an escape.
   * @param name - Default: the address.
   * @throws ProtocolError `MALFORMED` for seeds of another length, and for what is no address
   */
  static fromSeed(seed: Uint8Array, owner: string, name?: string): Wallet {
    parseAddress(owner);
    return new Wallet(name ?? owner, SigningKey.fromSeed(seed), owner);
  }

  /**
   * A wallet by name, for development: the same name is the same wallet, for everybody. INSECURE: a name is no
   * secret.
   */
  static async fromName(name: string): Promise<Wallet> {
    const { developmentSigner } = await import("./development-signer.ts");
    return await Wallet.fromSigner(developmentSigner(name), name);
  }

  /** Who holds an account of this wallet in an asset. */
  holder(asset: number): Holder {
    const { ax, ay } = this.key.publicKey;
    return { ax, ay, owner: parseAddress(this.owner), asset };
  }

  /** What a transfer to this wallet is bound to. */
  identity(asset: number): bigint {
    return accountIdentity(this.holder(asset));
  }

  /** Whether an account is this wallet's. */
  holds(account: Pick<Account, "ax" | "ay" | "owner">): boolean {
    const { ax, ay } = this.key.publicKey;
    return account.ax === ax && account.ay === ay && account.owner === parseAddress(this.owner);
  }

  /** What others need to know to pay this wallet, without the secret. */
  get payee(): { readonly ax: bigint; readonly ay: bigint; readonly owner: string } {
    const { ax, ay } = this.key.publicKey;
    return { ax, ay, owner: formatAddress(parseAddress(this.owner)) };
  }
}

/** `keccak256(r | s)`: the recovery byte is left out, since signers write it in two ways. */
function seedOf(signature: string): Uint8Array {
  const digits = hexDigits("The signature that the key comes from", signature);
  if (digits.length !== 2 * signatureBytes) {
    throw new ProtocolError("MALFORMED", "A key cannot be derived from the signature of a contract.", {
      expected: `${signatureBytes} bytes, an account's ECDSA signature`,
      given: `${digits.length / 2} bytes`,
      "what to do": "use an account with a key of its own, or Wallet.fromSeed",
    });
  }
  const seed = wordHex(
    keccakWords([BigInt(`0x${digits.slice(0, 64)}`), BigInt(`0x${digits.slice(64, 128)}`)]),
  );
  return Uint8Array.from({ length: 32 }, (_, byte) =>
    Number.parseInt(seed.slice(2 + 2 * byte, 4 + 2 * byte), 16),
  );
}
