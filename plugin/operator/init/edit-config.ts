import type { ObjectExpression } from "@babel/types";
import { packageName } from "../../circuits/package-folder.ts";
import { rollupSection } from "./config-section.ts";
import { ConfigSource } from "./config-source.ts";
import { appendTo, type Insertion, insertAll } from "./insertion.ts";

/** What came of adding the plugin to a config. */
export type ConfigEdit =
  /** `text` is the new file; `added` are the parts that were missing, none if there was nothing to do. */
  | { readonly text: string; readonly added: readonly string[] }
  /** It is written in a way that cannot be edited safely: `paste` is what has to get into it by hand. */
  | { readonly reason: string; readonly paste: string };

/** A config for a project that has none. `toolbox` is the package of a Hardhat toolbox. */
export function newConfig(toolbox: string | undefined): string {
  const imports = toolbox === undefined ? "" : `import toolbox from "${toolbox}";\n`;
  const plugins = toolbox === undefined ? "rollup" : "toolbox, rollup";
  return `${imports}import { defineConfig } from "hardhat/config";
import rollup from "${packageName}";

export default defineConfig({
  plugins: [${plugins}],
  ${rollupSection("  ")},
});
`;
}

/**
 * Adds the plugin and a section `rollup` to the text of a Hardhat 3 config, where they are missing. What is there stays,
 * byte for byte.
 */
export function editConfig(text: string): ConfigEdit {
  let source: ConfigSource;
  try {
    source = new ConfigSource(text);
  } catch (error) {
    return byHand(`it cannot be read: ${(error as Error).message}`);
  }
  if (source.isCommonJs()) return byHand("it is written with module.exports, and Hardhat 3 wants modules");
  const config = source.config();
  if (config === undefined) return byHand("its default export is no object that can be seen in the file");
  const insertions: Insertion[] = [];
  const added: string[] = [];

  const imported = source.defaultImport(packageName);
  const name = imported ?? freeName(source);
  if (imported === undefined) {
    const line = `import ${name} from "${packageName}";`;
    insertions.push({
      at: source.importPosition(),
      text: source.hasImports() ? `\n${line}` : `${line}\n\n`,
    });
    added.push("import");
  }

  const plugin = placeOfPlugin(source, config, name);
  if (plugin.kind === "unknown") return byHand(plugin.reason);
  if (plugin.kind === "append") insertions.push(plugin.insertion);
  if (plugin.kind !== "there") added.push("plugin");

  const needsSection = source.property(config, "rollup") === undefined;
  if (needsSection && source.hasSpread(config)) {
    return byHand("it takes properties from elsewhere (...), perhaps the section rollup among them");
  }
  if (needsSection) added.push("section rollup");

  const own = [
    ...(plugin.kind === "new" ? [() => `plugins: [${name}]`] : []),
    ...(needsSection ? [rollupSection] : []),
  ];
  if (own.length > 0) {
    insertions.push(appendTo(text, config, (indent) => own.map((part) => part(indent)).join(`,\n${indent}`)));
  }
  const result = insertAll(text, insertions);
  return isComplete(result) ? { text: result, added } : byHand("its layout is an unusual one");
}

/** Where the plugin goes. */
type PluginPlace =
  | { readonly kind: "there" }
  /** There are no plugins yet. */
  | { readonly kind: "new" }
  | { readonly kind: "append"; readonly insertion: Insertion }
  | { readonly kind: "unknown"; readonly reason: string };

function placeOfPlugin(source: ConfigSource, config: ObjectExpression, name: string): PluginPlace {
  const property = source.property(config, "plugins");
  if (property === undefined) {
    if (!source.hasSpread(config)) return { kind: "new" };
    return {
      kind: "unknown",
      reason: "it takes properties from elsewhere (...), perhaps plugins among them",
    };
  }
  const array = source.array(property);
  if (array === undefined) {
    return { kind: "unknown", reason: "its plugins are no array that can be seen in the file" };
  }
  const isThere = array.elements.some((element) => element?.type === "Identifier" && element.name === name);
  return isThere
    ? { kind: "there" }
    : { kind: "append", insertion: appendTo(source.text, array, () => name) };
}

function freeName(source: ConfigSource): string {
  return ["rollup", "hardhatRollup", "hardhatRollupPlugin"].find((name) => !source.uses(name)) ?? "zkRollup";
}

/** Whether an edited file says what it is meant to say. */
function isComplete(text: string): boolean {
  try {
    const source = new ConfigSource(text);
    const config = source.config();
    const name = source.defaultImport(packageName);
    if (config === undefined || name === undefined) return false;
    const isThere = placeOfPlugin(source, config, name).kind === "there";
    return isThere && source.property(config, "rollup") !== undefined;
  } catch {
    return false;
  }
}

function byHand(reason: string): ConfigEdit {
  const paste = `import rollup from "${packageName}";

  plugins: [/* yours, */ rollup],
  ${rollupSection("  ")},`;
  return { reason, paste };
}
