// The part of snarkjs that we call; it has no types of its own.

declare module "snarkjs" {
  /** A file in memory, or a path. */
  type FileLike = string | { readonly type: "mem"; data?: Uint8Array };
  interface Logger {
    debug(message: string): void;
    info(message: string): void;
    warn(message: string): void;
    error(message: string): void;
  }
  interface ProofObject {
    readonly pi_a: readonly string[];
    readonly pi_b: readonly (readonly string[])[];
    readonly pi_c: readonly string[];
    readonly protocol: string;
    readonly curve: string;
  }
  /** Of PLONK and FFLONK: coordinates and scalars by name. */
  type NamedProofObject = Readonly<Record<string, unknown>>;
  interface OtherSystem {
    setup(r1cs: FileLike, ptau: FileLike, zkey: FileLike, logger?: Logger): Promise<unknown>;
    prove(
      zkey: FileLike,
      witness: FileLike,
      logger?: Logger,
      options?: { readonly singleThread?: boolean },
    ): Promise<{ readonly proof: NamedProofObject; readonly publicSignals: readonly string[] }>;
    verify(
      verificationKey: object,
      publicSignals: readonly string[],
      proof: object,
      logger?: Logger,
    ): Promise<boolean>;
    exportSolidityCallData(proof: object, publicSignals: readonly string[]): Promise<string>;
  }
  const plonk: OtherSystem;
  const fflonk: OtherSystem;
  const groth16: {
    prove(
      zkey: FileLike,
      witness: FileLike,
      logger?: Logger,
      options?: { readonly singleThread?: boolean },
    ): Promise<{ readonly proof: ProofObject; readonly publicSignals: readonly string[] }>;
    verify(verificationKey: object, publicSignals: readonly string[], proof: object): Promise<boolean>;
    exportSolidityCallData(proof: object, publicSignals: readonly string[]): Promise<string>;
  };
  const zKey: {
    exportVerificationKey(zkey: FileLike): Promise<Record<string, unknown>>;
    exportSolidityVerifier(zkey: FileLike, templates: { readonly groth16: string }): Promise<string>;
    newZKey(r1cs: FileLike, ptau: FileLike, zkey: FileLike, logger?: Logger): Promise<Uint8Array>;
    verifyFromR1cs(r1cs: FileLike, ptau: FileLike, zkey: FileLike, logger?: Logger): Promise<boolean>;
    contribute(
      from: FileLike,
      to: FileLike,
      name: string,
      entropy: string,
      logger?: Logger,
    ): Promise<Uint8Array>;
    /** False, with a message to the logger, if the beacon is refused. */
    beacon(
      from: FileLike,
      to: FileLike,
      name: string,
      valueHex: string,
      iterationsExponent: number,
      logger?: Logger,
    ): Promise<Uint8Array | false>;
  };
  const wtns: {
    calculate(input: object, wasm: FileLike, witness: FileLike): Promise<void>;
  };
  const curves: { getCurveFromName(name: "bn128"): Promise<unknown> };
  const powersOfTau: {
    newAccumulator(curve: unknown, power: number, ptau: FileLike, logger?: Logger): Promise<Uint8Array>;
    contribute(
      from: FileLike,
      to: FileLike,
      name: string,
      entropy: string,
      logger?: Logger,
    ): Promise<Uint8Array>;
    preparePhase2(from: FileLike, to: FileLike, logger?: Logger): Promise<void>;
    verify(ptau: FileLike, logger?: Logger): Promise<boolean>;
  };
}
