import { readFile } from "node:fs/promises";
import path from "node:path";
import { type ParseResult, parse } from "@babel/parser";
import type { File, Statement, TSInterfaceDeclaration } from "@babel/types";
import { sensitiveStringSchema } from "@nomicfoundation/hardhat-zod-utils";
import { z } from "zod";
import { userConfigType } from "../../plugin/config-validation.ts";

const configFile = path.resolve(import.meta.dirname, "../../plugin/config.ts");

type Field = { readonly name: string; readonly type: string; readonly meaning: string };

/** Interfaces of plugin/config.ts that describe a section, by the section's path. */
const interfaces = {
  rollup: "RollupUserConfig",
  "rollup.prover": "ProverUserConfig",
  "rollup.fleet": "FleetUserConfig",
  "rollup.ceremony": "CeremonyUserConfig",
  "rollup.node": "NodeUserConfig",
  "rollup.node.sealing": "SealingUserConfig",
} as const;

/** docs/config.md: names and types are those of the schema that checks a config, the texts those of the code. */
export async function configReference(): Promise<string> {
  const remarks = remarksIn(
    parse(await readFile(configFile, "utf8"), { sourceType: "module", plugins: ["typescript"] }),
  );
  const sections: string[] = [];
  for (const [where, name] of Object.entries(interfaces)) {
    const schema = objectAt(where.split("."));
    const documented = remarks.get(name) ?? new Map<string, string>();
    const fields = Object.entries(schema.shape).map(([field, type]): Field => {
      const meaning = documented.get(field);
      if (meaning === undefined) throw new Error(`${name}.${field} has no description in plugin/config.ts.`);
      return { name: field, type: describe(type), meaning };
    });
    const extra = [...documented.keys()].filter((field) => !(field in schema.shape));
    if (extra.length > 0) throw new Error(`The schema does not know ${name}.${extra.join(", ")}.`);
    sections.push(`## ${where}\n\n| field | type | |\n|---|---|---|\n${fields.map(row).join("\n")}`);
  }
  return `# Config

Made by \`npm run docs\` from the schema that checks a config and from [plugin/config.ts](../plugin/config.ts). Every field may be left out; one that is not here is
refused.

${sections.join("\n\n")}
`;
}

function row({ name, type, meaning }: Field): string {
  return `| \`${name}\` | ${type.replaceAll("|", "\\|")} | ${meaning.replaceAll("|", "\\|")} |`;
}

function objectAt(names: readonly string[]): z.ZodObject<z.ZodRawShape> {
  let found: z.ZodTypeAny = userConfigType;
  for (const name of names) {
    const inner = withoutOptional(found);
    if (!(inner instanceof z.ZodObject)) throw new Error(`${names.join(".")} is no section.`);
    found = (inner.shape as z.ZodRawShape)[name] as z.ZodTypeAny;
  }
  const section = withoutOptional(found);
  if (!(section instanceof z.ZodObject)) throw new Error(`${names.join(".")} is no section.`);
  return section;
}

function withoutOptional(type: z.ZodTypeAny): z.ZodTypeAny {
  return type instanceof z.ZodOptional ? withoutOptional(type.unwrap() as z.ZodTypeAny) : type;
}

/** A type of the schema in words. */
function describe(optional: z.ZodTypeAny): string {
  const type = withoutOptional(optional);
  if (type instanceof z.ZodString) return "text";
  if (type instanceof z.ZodBoolean) return "true or false";
  if (type instanceof z.ZodNumber) return numberText(type);
  if (type instanceof z.ZodBigInt) return "positive bigint";
  if (type instanceof z.ZodEnum)
    return (type.options as string[]).map((option) => `\`${option}\``).join(", ");
  if (type instanceof z.ZodArray) return `list of ${describe(type.element as z.ZodTypeAny)}`;
  if (type instanceof z.ZodRecord) return `by name: ${describe(type.valueSchema as z.ZodTypeAny)}`;
  if (type instanceof z.ZodObject) {
    const names = Object.keys(type.shape as z.ZodRawShape);
    return names.map((name) => `\`${name}\``).join(", ");
  }
  if (type === sensitiveStringSchema) return "text, or a configuration variable";
  throw new Error(`No words for ${type.constructor.name}.`);
}

function numberText(type: z.ZodNumber): string {
  const bounds = type._def.checks.map((check) => {
    if (check.kind === "min") return `${check.inclusive ? "at least" : "more than"} ${check.value}`;
    if (check.kind === "max") return `${check.inclusive ? "at most" : "less than"} ${check.value}`;
    return "";
  });
  return [type.isInt ? "integer" : "number", ...bounds.filter((bound) => bound !== "")].join(", ");
}

/** The remarks before the members of each interface. */
function remarksIn(file: ParseResult<File>): Map<string, Map<string, string>> {
  const found = file.program.body.map(interfaceOf).filter((item) => item !== undefined);
  return new Map(
    found.map(({ id, body }) => [
      id.name,
      new Map(
        body.body.flatMap((member) => {
          if (member.type !== "TSPropertySignature" || member.key.type !== "Identifier") return [];
          const remark = member.leadingComments?.at(-1)?.value ?? "";
          const words = remark.replace(/^\s*\*+/gm, "").split(/\s+/);
          return [[member.key.name, words.join(" ").trim()] as const];
        }),
      ),
    ]),
  );
}

function interfaceOf(statement: Statement): TSInterfaceDeclaration | undefined {
  if (statement.type !== "ExportNamedDeclaration") return undefined;
  return statement.declaration?.type === "TSInterfaceDeclaration" ? statement.declaration : undefined;
}
