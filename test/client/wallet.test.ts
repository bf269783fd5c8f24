import { expect } from "chai";
import { Wallet as L1Wallet, Signature, toUtf8Bytes, verifyTypedData } from "ethers";
import hre from "hardhat";
import { type TypedDataSigner, Wallet } from "../../plugin/client/wallet.ts";
import { ProtocolError } from "../../plugin/protocol/errors.ts";

const seed = new Uint8Array(32).fill(7);
const owner = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

/** A signer that does as another one, but for the signature that it returns. */
function signsAs(signer: TypedDataSigner, change: (signature: string) => string): TypedDataSigner {
  return {
    getAddress: () => signer.getAddress(),
    signTypedData: async (...data) => change(await signer.signTypedData(...data)),
  };
}

describe("Wallet", () => {
  it("derives its key from typed data that names its purpose and no chain", async () => {
    const account = L1Wallet.createRandom();
    const signed: Parameters<TypedDataSigner["signTypedData"]>[] = [];
    const wallet = await Wallet.fromSigner({
      getAddress: () => account.getAddress(),
      signTypedData: async (...data) => {
        signed.push(data);
        const signature = await account.signTypedData(...data);
        expect(verifyTypedData(...data, signature)).to.equal(account.address);
        return signature;
      },
    });
    expect(signed).to.have.length(1);
    const [[domain, , value] = []] = signed;
    expect(domain).to.deep.equal({ name: "hardhat-rollup", version: "1" });
    expect(value?.warning).to.include("can spend what I hold");
    expect(wallet.owner).to.equal(account.address);
    expect((await Wallet.fromSigner(account)).key.publicKey).to.deep.equal(wallet.key.publicKey);
  });

  it("has the same key whichever of the two recovery bytes the signer writes", async () => {
    const account = L1Wallet.createRandom();
    const { key } = await Wallet.fromSigner(account);
    const other = signsAs(account, (signature) => {
      const { r, s, yParity } = Signature.from(signature);
      return `${r}${s.slice(2)}0${yParity}`;
    });
    expect((await Wallet.fromSigner(other)).key.publicKey).to.deep.equal(key.publicKey);
  });

  it("is not derived from a contract account's signature", async () => {
    const contract = signsAs(L1Wallet.createRandom(), (signature) => `${signature}00`);
    const error = await Wallet.fromSigner(contract).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ProtocolError).with.property("code", "MALFORMED");
    expect((error as Error).message).to.include("Wallet.fromSeed");
  });

  it("is derived from the accounts of a Hardhat network", async () => {
    const { ethers, close } = await hre.network.create();
    const [signer, other] = await ethers.getSigners();
    if (signer === undefined || other === undefined) throw new Error("The network has no accounts.");
    const [wallet, again, others] = [
      await Wallet.fromSigner(signer),
      await Wallet.fromSigner(signer),
      await Wallet.fromSigner(other),
    ];
    expect(again.key.publicKey).to.deep.equal(wallet.key.publicKey);
    expect(others.key.publicKey).to.not.deep.equal(wallet.key.publicKey);
    await close();
  });

  it("from a seed has the seed's key and the owner given", () => {
    const wallet = Wallet.fromSeed(seed, owner);
    expect(wallet.payee).to.deep.equal({ ...wallet.key.publicKey, owner: owner.toLowerCase() });
    expect(wallet.name).to.equal(owner);
    expect(() => Wallet.fromSeed(seed, "0x12")).to.throw(ProtocolError, "L1 address");
    expect(() => Wallet.fromSeed(toUtf8Bytes("short"), owner)).to.throw(ProtocolError, "32 bytes");
  });

  it("by name is the same for everybody", async () => {
    const wallet = await Wallet.fromName("alice");
    expect((await Wallet.fromName("alice")).key.publicKey).to.deep.equal(wallet.key.publicKey);
    expect((await Wallet.fromName("bob")).key.publicKey).to.not.deep.equal(wallet.key.publicKey);
  });
});
