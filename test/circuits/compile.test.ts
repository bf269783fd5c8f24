import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { type CompileRequest, compileCircuit } from "../../plugin/circuits/compile.ts";
import { scratchFolder } from "./scratch-folder.ts";

const main = `pragma circom 2.2.0;
include "square.circom"; // include "nothing.circom";
/* include "nothing.circom"; */
component main {public [x]} = Square();`;

const square = `pragma circom 2.2.0;
include "parts/product.circom";
template Square() { signal input x; signal output y; y <== Product()(x, x); }`;

const product = `pragma circom 2.2.0;
include "circomlib/circuits/comparators.circom";
template Product() { signal input a; signal input b; signal output c;
  signal zero <== IsZero()(a);
  c <== a * b + zero; }`;

describe("compileCircuit", () => {
  const scratch = scratchFolder();
  let request: CompileRequest;

  beforeEach(async () => {
    const sources = path.join(scratch(), "sources");
    await mkdir(path.join(sources, "parts"), { recursive: true });
    await writeFile(path.join(sources, "square.circom"), square);
    await writeFile(path.join(sources, "parts", "product.circom"), product);
    request = {
      source: main,
      name: "square",
      includePaths: [sources],
      outputFolder: path.join(scratch(), "circuits"),
      optimization: "O2",
    };
  });

  async function reasonFor(changed: Partial<CompileRequest> = {}): Promise<string> {
    const { rebuilt, reason } = await compileCircuit({ ...request, ...changed });
    expect(rebuilt).to.equal(reason !== "up to date");
    return reason;
  }

  it("compiles, with counts from the r1cs, and reports what circom says", async () => {
    const lines: string[] = [];
    const circuit = await compileCircuit({ ...request, onProgress: (line) => lines.push(line) });
    expect(circuit).to.deep.include({
      name: "square",
      constraints: 3,
      publicSignals: 2,
      privateInputs: 0,
      rebuilt: true,
      reason: "not compiled yet",
      symPath: undefined,
    });
    expect(lines).to.include("non-linear constraints: 3");
    expect((await readFile(circuit.r1csPath)).subarray(0, 4).toString()).to.equal("r1cs");
    expect((await readFile(circuit.wasmPath)).subarray(0, 4).toString()).to.equal("\0asm");
    expect(await readdir(request.outputFolder)).to.deep.equal(["square"]);
  });

  it("compiles again only for a reason, and names it", async () => {
    expect(await reasonFor()).to.equal("up to date");

    await writeFile(path.join(scratch(), "sources", "parts", "product.circom"), `${product}\n`);
    expect(await reasonFor()).to.equal("product.circom changed");
    expect(await reasonFor({ source: `${main}\n` })).to.equal("the main component changed");
    await reasonFor();
    expect(await reasonFor({ optimization: "O1" })).to.equal("the options were O2, are O1");
    await reasonFor();
    expect(await reasonFor({ symbols: true })).to.equal("the options were O2, are O2 sym");
    expect(await reasonFor({ symbols: true })).to.equal("up to date");
  });

  it("finds files that are not what was compiled", async () => {
    const { r1csPath, wasmPath } = await compileCircuit(request);
    const wasm = await readFile(wasmPath);
    await writeFile(wasmPath, wasm.subarray(0, wasm.length - 1));
    expect(await reasonFor()).to.equal("square.wasm is not what was compiled");
    expect(await readFile(wasmPath)).to.deep.equal(wasm);

    await writeFile(r1csPath, "");
    expect(await reasonFor()).to.equal("square.r1cs is not what was compiled");
    await writeFile(path.join(request.outputFolder, "square", "square.json"), "{");
    expect(await reasonFor()).to.equal("not compiled yet");
  });

  it("passes circom's errors on, with file and line, and keeps the last good result", async () => {
    await compileCircuit(request);
    await writeFile(
      path.join(scratch(), "sources", "square.circom"),
      square.replace("Product()", "Quotient()"),
    );
    const error = await failure(compileCircuit(request));
    expect(error.message).to.match(/circom refused the circuit "square"/);
    expect(error.message).to.match(/square\.circom":3:\d+/);
    expect(error.message).to.contain("Quotient");
    expect(error.message).not.to.match(/partial/);
    expect(await readdir(request.outputFolder)).to.deep.equal(["square"]);

    await writeFile(path.join(scratch(), "sources", "square.circom"), square);
    expect(await reasonFor()).to.equal("up to date");
  });

  it("reports an include that is nowhere", async () => {
    const error = await failure(compileCircuit({ ...request, source: 'include "nowhere.circom";' }));
    expect(error.message).to.contain("nowhere.circom");
  });

  it("leaves nothing behind when it is aborted", async () => {
    const outputFolder = path.join(scratch(), "aborted");
    const controller = new AbortController();
    const aborted = compileCircuit({ ...request, outputFolder, signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 150);
    expect((await failure(aborted)).message).to.equal("enough");
    expect(await readdir(outputFolder)).to.deep.equal([]);
  });

  it("may run twice at the same time", async () => {
    const outputFolder = path.join(scratch(), "twice");
    const results = await Promise.all([1, 2].map(() => compileCircuit({ ...request, outputFolder })));
    expect(results.map((result) => result.constraints)).to.deep.equal([3, 3]);
    expect(await readdir(outputFolder)).to.deep.equal(["square"]);
    expect(await reasonFor({ outputFolder })).to.equal("up to date");
  });
});

async function failure(promise: Promise<unknown>): Promise<Error> {
  const outcome: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error("It did not fail.");
  return outcome;
}
