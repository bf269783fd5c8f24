import { type Element, keep, type VectorField } from "../../prover/curve/field/vector-field.ts";
import type { FunctionWriter, Value } from "../../prover/curve/webassembly/function-writer.ts";
import { type ElementFunctions, wordBytes } from "./element-functions.ts";

/**
 * Straight-line arithmetic of named pairs of elements in memory: slow for the generator to get wrong, a few
 * nanoseconds an operation slower than elements in variables. All registers are kept reduced.
 */
export class Registers<Name extends string> {
  readonly #code: FunctionWriter;
  readonly #field: VectorField;
  readonly #functions: ElementFunctions;
  readonly #base: Value;
  readonly #names: readonly Name[];

  /** @param base - Address of a pair for each name. */
  constructor(
    code: FunctionWriter,
    field: VectorField,
    functions: ElementFunctions,
    base: Value,
    names: readonly Name[],
  ) {
    this.#code = code;
    this.#field = field;
    this.#functions = functions;
    this.#base = base;
    this.#names = names;
  }

  /** The address of a register. */
  at(name: Name): Value {
    return this.#code.i32.add(this.#base, this.#code.integer(this.#offset(name)));
  }

  mul(output: Name, left: Name, right: Name): void {
    this.#code.call(this.#functions.mul, this.at(left), this.at(right), this.at(output));
  }

  square(output: Name, value: Name): void {
    this.#code.call(this.#functions.square, this.at(value), this.at(output));
  }

  add(output: Name, left: Name, right: Name): void {
    this.set(output, this.#field.add(this.#code, this.load(left), this.load(right)));
  }

  sub(output: Name, left: Name, right: Name): void {
    this.set(output, this.#field.sub(this.#code, this.load(left), this.load(right)));
  }

  constant(output: Name, value: bigint): void {
    const { radix, modulus } = this.#field;
    this.#field.store(
      this.#code,
      this.#base,
      this.#offset(output),
      this.#field.constant(this.#code, (value * radix) % modulus),
    );
  }

  /** Two plain numbers, from an offset at two addresses. */
  read(output: Name, addresses: readonly [Value, Value], offset: number): void {
    const [first, second] = addresses.map((each) => this.#code.i32.add(each, this.#code.integer(offset)));
    this.#code.call(this.#functions.read, first as Value, second as Value, this.at(output));
  }

  /** As plain numbers, the second one right behind the first. */
  write(name: Name, output: Value, offset: number): void {
    const address = (lane: number): Value =>
      this.#code.i32.add(output, this.#code.integer(offset + lane * wordBytes));
    this.#code.call(this.#functions.write, this.at(name), address(0), address(1));
  }

  load(name: Name): Element {
    return this.#field.load(this.#code, this.#base, this.#offset(name));
  }

  /** Reduces what may be the sum of three reduced elements. */
  set(output: Name, element: Element): void {
    const reduced = this.#field.reduced(this.#code, keep(this.#code, element));
    this.#field.store(this.#code, this.#base, this.#offset(output), reduced);
  }

  /** To an address of each of the two elements. */
  scatter(name: Name, addresses: readonly [Value, Value], offset: number): void {
    this.#field.scatter(this.#code, addresses, offset, keep(this.#code, this.load(name)));
  }

  #offset(name: Name): number {
    return this.#names.indexOf(name) * this.#field.pairBytes;
  }
}
