import { plonk as snarkjs } from "snarkjs";
import { plonkProof } from "../../../plugin/prover/plonk/proof.ts";
import { plonk } from "../../../plugin/prover/plonk/system.ts";
import { describeUniversalSystem } from "../universal-system.ts";

describeUniversalSystem({
  system: plonk,
  layout: plonkProof,
  callData: (proof, publicSignals) => snarkjs.exportSolidityCallData(proof, publicSignals),
  keyFields: [
    "nPublic",
    "power",
    "k1",
    "k2",
    "w",
    ...["Qm", "Ql", "Qr", "Qo", "Qc", "S1", "S2", "S3"],
    "X_2",
  ],
  gatesOffset: 88,
  maxGas: 350_000n,
});
