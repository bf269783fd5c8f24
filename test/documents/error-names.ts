import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "@babel/parser";
import type { ObjectExpression, Statement, TSType } from "@babel/types";

const plugin = path.resolve(import.meta.dirname, "../../plugin");

/** Names under which the package reports errors. */
export type ErrorNames = {
  /** Classes of errors, sorted. */
  readonly classes: readonly string[];
  /** Codes that errors and refusals carry, sorted. */
  readonly codes: readonly string[];
};

/** What the sources declare: classes that end with Error or Refused, and the texts of types that end with Code. */
export async function errorNames(): Promise<ErrorNames> {
  const classes = new Set<string>();
  const codes = new Set<string>();
  for (const entry of await readdir(plugin, { recursive: true })) {
    if (!entry.endsWith(".ts")) continue;
    const text = await readFile(path.join(plugin, entry), "utf8");
    if (!/Error|Refus/.test(text)) continue;
    for (const statement of parse(text, { sourceType: "module", plugins: ["typescript"] }).program.body) {
      const declared = declaration(statement);
      if (declared?.type === "ClassDeclaration" && /(Error|Refused)$/.test(declared.id?.name ?? "")) {
        classes.add(declared.id?.name ?? "");
      }
      if (declared?.type === "TSTypeAliasDeclaration" && /(Error|Refusal)Code$/.test(declared.id.name)) {
        for (const code of textsOf(declared.typeAnnotation)) codes.add(code);
      }
      if (declared?.type === "VariableDeclaration") {
        for (const { id, init } of declared.declarations) {
          if (id.type !== "Identifier" || id.name !== "rpcErrorCodes") continue;
          const object = init?.type === "TSAsExpression" ? init.expression : init;
          for (const code of keysOf(object as ObjectExpression)) codes.add(code);
        }
      }
    }
  }
  return { classes: [...classes].toSorted(), codes: [...codes].toSorted() };
}

function declaration(statement: Statement) {
  return statement.type === "ExportNamedDeclaration" ? statement.declaration : undefined;
}

function textsOf(type: TSType): string[] {
  if (type.type === "TSUnionType") return type.types.flatMap(textsOf);
  if (type.type !== "TSLiteralType" || type.literal.type !== "StringLiteral") return [];
  return [type.literal.value];
}

function keysOf({ properties }: ObjectExpression): string[] {
  return properties.flatMap((property) =>
    property.type === "ObjectProperty" && property.key.type === "Identifier" ? [property.key.name] : [],
  );
}
