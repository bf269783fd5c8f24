import { type CircuitInput, WitnessError } from "../circuits/calculate-witness.ts";
import { addMatcher, type Finding } from "./matcher.ts";
import { TestCircuit, TestWitness } from "./test-circuit.ts";

/** The matchers of circuits, for `chai.use`. What each of them takes is in type-extensions.ts. */
export function addCircuitMatchers(chai: Chai.ChaiStatic, utils: Chai.ChaiUtils): void {
  addMatcher(
    chai,
    utils,
    "accept",
    async (subject, input: CircuitInput, outputs: Readonly<Record<string, bigint | number>> = {}) => {
      const circuit = requireCircuit("accept", subject);
      const problem = problemOf(circuit, input);
      if (problem !== undefined) return verdict(circuit, false, `to accept the input, but ${problem}`, "");
      const witness = circuit.witness(input);
      const wrong = Object.entries(outputs)
        .map(([name, expected]) => ({ name, expected: BigInt(expected), found: witness.signal(name) }))
        .filter(({ expected, found }) => expected !== found);
      const given = Object.keys(outputs).length > 0 ? " with these outputs" : "";
      const differences = wrong.map(({ name, expected, found }) => `${name} is ${found}, not ${expected}`);
      return verdict(
        circuit,
        wrong.length === 0,
        `to accept the input with these outputs, but ${differences.join(", ")}`,
        `NOT to accept the input${given}, but it satisfies all ${circuit.constraints} constraints`,
      );
    },
  );

  addMatcher(chai, utils, "rejectWitness", async (subject, witness: CircuitInput | TestWitness) => {
    const circuit = requireCircuit("rejectWitness", subject);
    const problem = problemOf(circuit, witness);
    const what =
      witness instanceof TestWitness && witness.changed.length > 0
        ? `the witness with another ${witness.changed.join(", ")}`
        : "the witness";
    return verdict(
      circuit,
      problem !== undefined,
      `to reject ${what}, but it satisfies all ${circuit.constraints} constraints`,
      `NOT to reject ${what}, but ${problem}`,
    );
  });
}

/** What is wrong with a witness, or with what inputs lead to; undefined: nothing. */
function problemOf(circuit: TestCircuit, given: CircuitInput | TestWitness): string | undefined {
  let witness: TestWitness;
  try {
    witness = given instanceof TestWitness ? given : circuit.witness(given as CircuitInput);
  } catch (error) {
    // Inputs that are not the circuit's are a mistake of the test, not something that the circuit refuses.
    if (error instanceof WitnessError && !/^(?:The circuit has no input|Input)/.test(error.message)) {
      return `it refuses it:\n${error.message}`;
    }
    throw error;
  }
  const broken = circuit.firstBroken(witness);
  if (broken === undefined) return undefined;
  const { constraint, a, b, c } = broken;
  return `it breaks constraint ${constraint}, a · b = c:\na: ${a}\nb: ${b}\nc: ${c}`;
}

function verdict(circuit: TestCircuit, holds: boolean, message: string, negated: string): Finding {
  const name = `the circuit "${circuit.name}"`;
  return { holds, message: `${name} ${message}`, negated: `${name} ${negated}` };
}

function requireCircuit(matcher: string, subject: unknown): TestCircuit {
  if (subject instanceof TestCircuit) return subject;
  throw new TypeError(`${matcher} is about circuits: expect(await TestCircuit.compile("circuit.circom"))`);
}
