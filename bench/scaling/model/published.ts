// Numbers of others that the model rests on.

/** Between L1 blocks. */
export const slotSeconds = 12;
export const bytesPerBlob = 131_072;
export const elementsPerBlob = 4_096;
/** 254 of a field element's 256 bits are free. */
export const usableBytesPerElement = 31.75;
export const usableBytesPerBlob = elementsPerBlob * usableBytesPerElement;
export const gasPerBlob = 131_072;
export const pointEvaluationGas = 50_000;
/** Of a multiplication and an addition on BN254: what a verifier spends on a public input. */
export const gasPerPublicInput = 6_000 + 150;
/** The value's halves, which a blob shape has besides `c`, `r` and `y` (docs/protocol.md section 5). */
export const publicInputsOfBlob = 2;
/** Of the floor: a byte that is not zero. */
export const floorGasPerByte = 40;
export const gasPerByte = 16;
export const transactionGas = 21_000;
export const transactionGasLimit = 2 ** 24;

/** Constraints of one pairing in a Groth16 circuit over another curve, as published. */
const pairingConstraints = {
  bn254InBn254: 964_166,
  bls12377InBw6761: 11_236,
  bw6761InBn254: 2_592_695,
};
/** Of a scalar multiplication in G1, BN254 in BN254. */
const scalarMultiplicationConstraints = 69_053;
/** Those of a Groth16 verification whose pairing of constants is given. */
const pairings = 3;
const publicInputs = 3;

/**
 * Constraints of verifying a Groth16 proof in a circuit. More than it takes, because pairings of one product share squarings
 * and the final exponentiation. Where scalar multiplications are not published, a pairing is taken for each.
 */
export const verificationConstraints = {
  bn254InBn254: pairings * pairingConstraints.bn254InBn254 + publicInputs * scalarMultiplicationConstraints,
  bls12377InBw6761: (pairings + publicInputs) * pairingConstraints.bls12377InBw6761,
  bw6761InBn254: (pairings + publicInputs) * pairingConstraints.bw6761InBn254,
};

export const sources = {
  slot: "[SECONDS_PER_SLOT](https://github.com/ethereum/consensus-specs/blob/master/configs/mainnet.yaml) of mainnet",
  gasLimit: "[EIP-7935](https://eips.ethereum.org/EIPS/eip-7935), the default of Fusaka",
  blobs:
    "target per block since [BPO2](https://eips.ethereum.org/EIPS/eip-8135) of 7 January 2026, at most 21; before: 10/15 since [BPO1](https://eips.ethereum.org/EIPS/eip-8134) of 9 December 2025, 6/9 by [EIP-7691](https://eips.ethereum.org/EIPS/eip-7691); later forks by [EIP-7892](https://eips.ethereum.org/EIPS/eip-7892) may change it",
  blob: "[EIP-4844](https://eips.ethereum.org/EIPS/eip-4844): 4,096 field elements of 32 bytes, of which 254 bits are free",
  pointEvaluation:
    "[EIP-4844](https://eips.ethereum.org/EIPS/eip-4844), and two public inputs by [EIP-1108](https://eips.ethereum.org/EIPS/eip-1108)",
  floor: "[EIP-7623](https://eips.ethereum.org/EIPS/eip-7623): 40 gas a byte that is not zero",
  transactionLimit: "[EIP-7825](https://eips.ethereum.org/EIPS/eip-7825): 2^24 gas a transaction",
  recursion:
    "three pairings of 964,166 and three multiplications of 69,053 constraints in gnark's [table](https://github.com/Consensys/gnark/blob/master/internal/stats/latest_stats.csv) (pairing_bn254, scalar_mul_G1_bn254; Groth16 over BN254); an upper bound, since a product of pairings shares work",
  chain:
    "six times a pairing in the same table (pairing_bls12377 over bw6_761, 11,236; pairing_bw6761 over bn254, 2,592,695)",
} as const;
