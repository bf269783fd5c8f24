// What `hardhat-rollup/client` loads is what a browser has.

import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";

const entry = path.resolve(import.meta.dirname, "../../../plugin/client/index.ts");

/** Names of packages that every module of a graph imports, types aside, and the modules. */
async function graph(
  file: string,
): Promise<{ files: Set<string>; loaded: Set<string>; onDemand: Set<string> }> {
  const [files, loaded, onDemand] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const visit = async (module: string): Promise<void> => {
    if (files.has(module)) return;
    files.add(module);
    const text = await readFile(module, "utf8");
    for (const [, specifier = ""] of text.matchAll(/import\("(.+?)"\)/g)) onDemand.add(specifier);
    for (const [statement, specifier = ""] of text.matchAll(/^(?:import|export) [^;]*?from "(.+?)";$/gms)) {
      if (/^(?:import|export) type /.test(statement)) continue;
      if (specifier.startsWith(".")) await visit(path.resolve(path.dirname(module), specifier));
      else loaded.add(specifier);
    }
  };
  await visit(file);
  return { files, loaded, onDemand };
}

describe("hardhat-rollup/client in browsers", () => {
  it("loads no module of Node.js, Hardhat or a server", async () => {
    const { files, loaded, onDemand } = await graph(entry);
    expect(files.size).to.be.greaterThan(20);
    for (const name of loaded) expect(name).to.match(/^(?:@noble\/|poseidon-lite\/|zod\/)/);
    // Development wallets, and the WebSocket of Node.js before 22.
    expect([...onDemand]).to.have.members(["./development-signer.ts", "ws"]);
  });

  it("names nothing that only Node.js has", async () => {
    for (const file of (await graph(entry)).files) {
      const code = (await readFile(file, "utf8")).replaceAll(/\/\*.*?\*\/|\/\/.*$/gms, "");
      expect(code, file).to.not.match(/\b(?:Buffer|process|setImmediate|__dirname|require)\b/);
    }
  });
});
