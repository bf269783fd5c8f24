import { getBytes, keccak256, Wallet as L1Wallet, type Signer, toUtf8Bytes } from "ethers";
import { type Account, accountIdentity, type Holder } from "../protocol/account.ts";
import { parseAddress } from "../protocol/address.ts";
import { SigningKey } from "../protocol/eddsa.ts";

/**
 * What an L1 account signs to have its L2 key. The same on every rollup, so that one key serves all; it has to be an
 * account whose signatures are deterministic (RFC 6979), as wallets' are.
 */
const keyDerivationMessage = `hardhat-rollup: derive my L2 key.

Whoever has the signature of this message can spend what I hold on L2. Sign it only for an app that you trust.`;

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
   * The wallet of an L1 account: its owner is the account, its key comes from the account's signature.
   *
   * @param name - Default: the address.
   */
  static async fromSigner(signer: Signer, name?: string): Promise<Wallet> {
    const owner = await signer.getAddress();
    const signature = await signer.signMessage(keyDerivationMessage);
    return new Wallet(name ?? owner, SigningKey.fromSeed(getBytes(keccak256(signature))), owner);
  }

  /**
   * A wallet by name, for development: the same name is the same wallet, for everybody. INSECURE: a name is no
   * secret.
   */
  static fromName(name: string): Promise<Wallet> {
    return Wallet.fromSigner(developmentSigner(name), name);
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
}

/** The L1 account behind a development wallet. It has no money of its own. */
export function developmentSigner(name: string): L1Wallet {
  return new L1Wallet(keccak256(toUtf8Bytes(`hardhat-rollup development wallet: ${name}`)));
}
