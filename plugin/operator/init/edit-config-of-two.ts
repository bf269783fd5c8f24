import { packageName } from "../../circuits/package-folder.ts";
import { rollupSection } from "./config-section.ts";
import { ConfigSource } from "./config-source.ts";
import type { ConfigEdit } from "./edit-config.ts";
import { appendTo, type Insertion, insertAll } from "./insertion.ts";

/** How a config of Hardhat 2 loads a plugin. */
function loading(isCommonJs: boolean): string {
  return isCommonJs ? `require("${packageName}");` : `import "${packageName}";`;
}

/** A config of Hardhat 2 for a project that has none. `toolbox` is the package of a Hardhat toolbox. */
export function newConfigOfTwo(toolbox: string | undefined, isCommonJs: boolean): string {
  const first = toolbox === undefined ? "" : `${loading(isCommonJs).replace(packageName, toolbox)}\n`;
  const object = `{\n  solidity: "0.8.28",\n  ${rollupSection("  ")},\n}`;
  const config = isCommonJs
    ? `module.exports = ${object};`
    : `import type { HardhatUserConfig } from "hardhat/config";\n\nconst config: HardhatUserConfig = ${object};\n\nexport default config;`;
  return `${first}${loading(isCommonJs)}\n${isCommonJs ? "\n" : ""}${config}\n`;
}

/**
 * Adds the plugin and a section `rollup` to the text of a Hardhat 2 config, where they are missing. What is there stays,
 * byte for byte.
 */
export function editConfigOfTwo(text: string): ConfigEdit {
  let source: ConfigSource;
  try {
    source = new ConfigSource(text);
  } catch (error) {
    return byHand(`it cannot be read: ${(error as Error).message}`, false);
  }
  const isCommonJs = source.isCommonJs();
  const config = source.config();
  if (config === undefined)
    return byHand("what it exports is no object that can be seen in the file", isCommonJs);
  const insertions: Insertion[] = [];
  const added: string[] = [];

  if (![packageName, `${packageName}/hardhat2`].some((name) => source.loads(name))) {
    const end = source.endOfLoads();
    const line = loading(isCommonJs);
    insertions.push(
      end === undefined
        ? { at: source.importPosition(), text: `${line}\n\n` }
        : { at: end, text: `\n${line}` },
    );
    added.push("plugin");
  }
  if (source.property(config, "rollup") === undefined) {
    if (source.hasSpread(config)) {
      return byHand(
        "it takes properties from elsewhere (...), perhaps the section rollup among them",
        isCommonJs,
      );
    }
    insertions.push(appendTo(text, config, rollupSection));
    added.push("section rollup");
  }
  return { text: insertAll(text, insertions), added };
}

function byHand(reason: string, isCommonJs: boolean): ConfigEdit {
  return { reason, paste: `${loading(isCommonJs)}\n\n  ${rollupSection("  ")},` };
}
