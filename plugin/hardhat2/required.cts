// What `hardhat-rollup` is to require(), with which Hardhat 2 loads configs: its plugin.

export type * from "./type-extensions.ts" with { "resolution-mode": "import" };

module.exports = require("./index.js");
