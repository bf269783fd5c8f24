import { fflonk as snarkjs } from "snarkjs";
import { fflonkProof } from "../../../plugin/prover/fflonk/proof.ts";
import { fflonk } from "../../../plugin/prover/fflonk/system.ts";
import { describeUniversalSystem } from "../universal-system.ts";

describeUniversalSystem({
  system: fflonk,
  layout: fflonkProof,
  // Its arguments are the other way round than PLONK's.
  callData: (proof, publicSignals) =>
    snarkjs.exportSolidityCallData(publicSignals as unknown as object, proof as unknown as string[]),
  keyFields: ["nPublic", "power", "k1", "k2", "w", "w3", "w4", "w8", "wr", "C0", "X_2"],
  gatesOffset: 88,
  maxGas: 300_000n,
});
