import { expect } from "chai";
import { editConfigOfTwo, newConfigOfTwo } from "../../../plugin/operator/init/edit-config-of-two.ts";

const section = `  rollup: {
    register: ["tiny"], // 2 transactions a batch; "dev" has 8, "busy" 43
    proofSystem: "groth16", // "simulated" checks every constraint and proves nothing: for quick tests
  },`;

/** The edited text of a config that can be edited. */
function edited(text: string): string {
  const edit = editConfigOfTwo(text);
  if ("reason" in edit) throw new Error(edit.reason);
  expect(editConfigOfTwo(edit.text)).to.deep.equal({ text: edit.text, added: [] });
  return edit.text;
}

describe("editConfigOfTwo", () => {
  it("adds plugin and section to the config that Hardhat 2 makes for TypeScript", () => {
    const text = `import { HardhatUserConfig } from "hardhat/config";
import "@nomicfoundation/hardhat-toolbox";

const config: HardhatUserConfig = {
  solidity: "0.8.28", // pinned
};

export default config;
`;
    expect(edited(text)).to.equal(`import { HardhatUserConfig } from "hardhat/config";
import "@nomicfoundation/hardhat-toolbox";
import "hardhat-rollup";

const config: HardhatUserConfig = {
  solidity: "0.8.28", // pinned
${section}
};

export default config;
`);
  });

  it("adds them to the one that it makes for JavaScript", () => {
    const text = `require("@nomicfoundation/hardhat-toolbox");

/** @type import('hardhat/config').HardhatUserConfig */
module.exports = {
  solidity: "0.8.28",
};
`;
    expect(edited(text)).to.equal(`require("@nomicfoundation/hardhat-toolbox");
require("hardhat-rollup");

/** @type import('hardhat/config').HardhatUserConfig */
module.exports = {
  solidity: "0.8.28",
${section}
};
`);
  });

  it("finds what is required by way of a constant, and called", () => {
    const text =
      'const { task } = require("hardhat/config");\nrequire("dotenv").config();\ntask("a", "b");\nmodule.exports = {};\n';
    expect(edited(text)).to.include('require("dotenv").config();\nrequire("hardhat-rollup");\ntask(');
  });

  for (const name of ["hardhat-rollup", "hardhat-rollup/hardhat2"]) {
    it(`leaves ${name} alone that is there`, () => {
      const text = `require("${name}");\nmodule.exports = { rollup: { folder: "x" } };\n`;
      expect(edited(text)).to.equal(text);
    });
  }

  it("begins with the plugin where nothing else is loaded", () => {
    expect(edited("module.exports = {};\n")).to.match(/^require\("hardhat-rollup"\);\n\nmodule/);
  });

  for (const [reason, text] of Object.entries({
    "no object": "module.exports = make();",
    "cannot be read": "module.exports = {",
    elsewhere: "module.exports = { ...base };",
  })) {
    it(`says what to paste where it cannot edit safely: ${reason}`, () => {
      const edit = editConfigOfTwo(text);
      expect(edit).to.have.property("reason").that.includes(reason);
      expect(edit).to.have.property("paste").that.includes('"hardhat-rollup"');
    });
  }
});

describe("newConfigOfTwo", () => {
  for (const isCommonJs of [true, false]) {
    it(`is complete ${isCommonJs ? "with require" : "with import"}`, () => {
      const text = newConfigOfTwo("@nomicfoundation/hardhat-toolbox", isCommonJs);
      expect(editConfigOfTwo(text)).to.deep.equal({ text, added: [] });
      expect(text).to.include("@nomicfoundation/hardhat-toolbox");
    });
  }
});
