import { expect } from "chai";
import { editConfig, newConfig } from "../../../plugin/operator/init/edit-config.ts";

const section = `  rollup: {
    register: ["tiny"], // 2 transactions a batch; "dev" has 8, "busy" 43
    proofSystem: "groth16", // "simulated" checks every constraint and proves nothing: for quick tests
  },`;

/** The edited text of a config that can be edited. */
function edited(text: string): string {
  const edit = editConfig(text);
  if ("reason" in edit) throw new Error(edit.reason);
  return edit.text;
}

describe("editConfig", () => {
  it("adds import, plugin and section, and leaves the rest as it is", () => {
    const text = `import toolbox from "toolbox";
import { defineConfig } from "hardhat/config";

// Ours.
export default defineConfig({
  plugins: [toolbox],
  solidity: "0.8.28", // pinned
  networks: { sepolia: { type: "http", url: "https://rollup.example" } }, // the test network
});
`;
    expect(edited(text)).to.equal(`import toolbox from "toolbox";
import { defineConfig } from "hardhat/config";
import rollup from "hardhat-rollup";

// Ours.
export default defineConfig({
  plugins: [toolbox, rollup],
  solidity: "0.8.28", // pinned
  networks: { sepolia: { type: "http", url: "https://rollup.example" } }, // the test network
${section}
});
`);
  });

  it("changes nothing the second time", () => {
    const once = edited("export default { solidity: '0.8.28' };\n");
    expect(editConfig(once)).to.deep.equal({ text: once, added: [] });
  });

  it("leaves a section alone that is there", () => {
    const text =
      'import rollup from "hardhat-rollup";\nexport default { plugins: [], rollup: { folder: "x" } };\n';
    expect(edited(text)).to.equal(text.replace("[]", "[rollup]"));
  });

  for (const [shape, text] of Object.entries({
    "an empty object": "export default {};",
    "an object without a comma at its end": "export default {\n  solidity: '0.8.28'\n};",
    "a typed constant":
      "import type { HardhatUserConfig } from 'hardhat/config';\nconst config: HardhatUserConfig = {\n\tsolidity: '0.8.28',\n};\nexport default config;\n",
    satisfies: "export default { solidity: '0.8.28' } satisfies HardhatUserConfig;",
    "plugins in a constant":
      "const plugins = [\n  one,\n  two, // second\n];\nexport default defineConfig({ plugins });",
    "quoted names": 'export default { "plugins": [one] };',
  })) {
    it(`edits ${shape}`, () => {
      const once = edited(text);
      expect(once).to.match(/rollup\b[\s\S]*\brollup: \{/);
      expect(editConfig(once)).to.deep.equal({ text: once, added: [] });
      // What was there is still there, in its order.
      let rest = once;
      for (const line of text.split(/[\n\]}{,]+/).map((part) => part.trim())) {
        expect(rest).to.include(line);
        rest = rest.slice(rest.indexOf(line) + line.length);
      }
    });
  }

  it("takes another name where `rollup` is taken", () => {
    const text = edited('import rollup from "rollup";\nexport default { plugins: [rollup] };\n');
    expect(text).to.include('import hardhatRollup from "hardhat-rollup";');
    expect(text).to.include("plugins: [rollup, hardhatRollup]");
  });

  for (const [reason, text] of Object.entries({
    "default export": "export default makeConfig();",
    "cannot be read": "export default {",
    "no array": "export default { plugins: load() };",
    "module.exports": "module.exports = { solidity: '0.8.28' };",
    elsewhere: "export default { ...base, solidity: '0.8.28' };",
    "the section": "import rollup from 'hardhat-rollup';\nexport default { ...base, plugins: [rollup] };",
  })) {
    it(`says what to paste where it cannot edit safely: ${reason}`, () => {
      const edit = editConfig(text);
      expect(edit).to.have.property("reason").that.includes(reason);
      expect(edit).to.have.property("paste").that.includes('import rollup from "hardhat-rollup"');
    });
  }
});

describe("newConfig", () => {
  for (const toolbox of [undefined, "@nomicfoundation/hardhat-toolbox-mocha-ethers"]) {
    it(`is complete ${toolbox === undefined ? "without" : "with"} a toolbox`, () => {
      const text = newConfig(toolbox);
      expect(editConfig(text)).to.deep.equal({ text, added: [] });
      expect(text).to.include(toolbox === undefined ? "plugins: [rollup]" : "plugins: [toolbox, rollup]");
    });
  }
});
