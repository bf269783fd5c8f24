// Eight points of the curve have an order that divides 8. Anybody signs for such a key: 8 h A is the identity,
// whatever was signed. The contract takes none in; the circuit would not act on one either.

import { expect } from "chai";
import type { CompiledCircuit } from "../../../plugin/circuits/compile.ts";
import { Point } from "../../../plugin/protocol/babyjubjub.ts";
import { compileShape } from "../../circuits/batch-circuit.ts";
import type { Forgery } from "./forgery.ts";
import { refusal } from "./refusal.ts";
import { alice, batch, bob, shape, transfer } from "./scenarios.ts";

const generator = Point.fromAffine({
  x: 4342719913949491028786768530115087822524712248835451589697801404893164183326n,
  y: 4826523245007015323400664741523384119579596407052839571721035538011798951543n,
});

/** A batch in which Alice's key is another one, and R8 = 5 B, S = 5 stands for a signature. */
function signedByNobody(key: { x: bigint; y: bigint }): Forgery {
  const forgery = batch({ transactions: [transfer(alice, bob)] });
  const { x: r8x, y: r8y } = Point.BASE.multiply(5n).toAffine();
  Object.assign(forgery.account(alice.index), { ax: key.x, ay: key.y });
  forgery.pretend(forgery.account(alice.index));
  Object.assign(forgery.transaction(0), { ax: key.x, ay: key.y, r8x, r8y, s: 5n });
  forgery.derive();
  return forgery;
}

describe("A transaction that nobody signed, of an account whose key is", () => {
  let circuit: CompiledCircuit;

  before(async () => {
    circuit = await compileShape("tiny", shape);
  });

  let point = Point.ZERO;
  for (let multiple = 0; multiple < 8; multiple++) {
    const { x, y } = point.toAffine();
    it(`${multiple} times the point of order 8, is refused`, async () => {
      expect(await refusal(circuit, signedByNobody({ x, y }))).to.match(
        /template (VerifySignature|ToMontgomery)_/,
      );
    });
    point = point.add(generator);
  }
});
