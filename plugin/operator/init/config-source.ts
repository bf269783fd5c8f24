import { type ParseResult, parse } from "@babel/parser";
import type {
  ArrayExpression,
  Expression,
  File,
  Node,
  ObjectExpression,
  ObjectProperty,
  Statement,
} from "@babel/types";

/** A Hardhat config as text and as the tree of its syntax. Nothing of it is run. */
export class ConfigSource {
  readonly text: string;
  readonly #file: ParseResult<File>;

  /** @throws SyntaxError if it is no TypeScript */
  constructor(text: string) {
    this.text = text;
    this.#file = parse(text, { sourceType: "module", plugins: ["typescript"] });
  }

  /**
   * The object of the default export, or of `module.exports`: literal, in a `const`, or inside `defineConfig`. Undefined
   * if it is none of these.
   */
  config(): ObjectExpression | undefined {
    for (const statement of this.#file.program.body) {
      const exported =
        statement.type === "ExportDefaultDeclaration" ? statement.declaration : assignedToExports(statement);
      const found = exported === undefined ? undefined : this.#resolve(exported);
      if (found?.type === "ObjectExpression") return found;
    }
    return undefined;
  }

  /** Whether it is written with `require` and `module.exports`. */
  isCommonJs(): boolean {
    return this.#file.program.body.some((statement) => assignedToExports(statement) !== undefined);
  }

  /** A property of an object by its name. */
  property(object: ObjectExpression, name: string): ObjectProperty | undefined {
    return object.properties.find(
      (property): property is ObjectProperty =>
        property.type === "ObjectProperty" && !property.computed && keyOf(property) === name,
    );
  }

  /** Whether the object takes properties from elsewhere, which nobody knows before it is run. */
  hasSpread(object: ObjectExpression): boolean {
    return object.properties.some(({ type }) => type === "SpreadElement");
  }

  /** The array literal of a property, also by way of a `const`. */
  array(property: ObjectProperty): ArrayExpression | undefined {
    const found = this.#resolve(property.value);
    return found?.type === "ArrayExpression" ? found : undefined;
  }

  /** The local name of a module's default import. */
  defaultImport(module: string): string | undefined {
    for (const statement of this.#file.program.body) {
      if (statement.type !== "ImportDeclaration" || statement.source.value !== module) continue;
      if (statement.importKind === "type") continue;
      const found = statement.specifiers.find(({ type }) => type === "ImportDefaultSpecifier");
      if (found !== undefined) return found.local.name;
    }
    return undefined;
  }

  /** Where a further import goes: behind the last one, else at the first statement. */
  importPosition(): number {
    const { body } = this.#file.program;
    const imports = body.filter(({ type }) => type === "ImportDeclaration");
    return imports.at(-1)?.end ?? body[0]?.start ?? this.text.length;
  }

  /** Whether a module is loaded on the top level, by `import` or by `require`. */
  loads(module: string): boolean {
    return this.#file.program.body.some((statement) => loadedBy(statement) === module);
  }

  /** Where a further module is loaded: behind the last one. Undefined if there is none. */
  endOfLoads(): number | undefined {
    const loads = this.#file.program.body.filter((statement) => loadedBy(statement) !== undefined);
    return loads.at(-1)?.end ?? undefined;
  }

  hasImports(): boolean {
    return this.#file.program.body.some(({ type }) => type === "ImportDeclaration");
  }

  /** Whether a name occurs anywhere: then it is not free. */
  uses(name: string): boolean {
    return new RegExp(`(?<![\\w$."'/-])${name}(?![\\w$"'/:-])`).test(this.text);
  }

  #resolve(node: Node): Expression | undefined {
    switch (node.type) {
      case "ObjectExpression":
      case "ArrayExpression":
        return node;
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "ParenthesizedExpression":
        return this.#resolve(node.expression);
      case "CallExpression": {
        const [argument] = node.arguments;
        const isDefine = node.callee.type === "Identifier" && node.callee.name === "defineConfig";
        return isDefine && argument !== undefined ? this.#resolve(argument) : undefined;
      }
      case "Identifier": {
        const value = this.#constant(node.name);
        return value === undefined ? undefined : this.#resolve(value);
      }
      default:
        return undefined;
    }
  }

  #constant(name: string): Expression | undefined {
    for (const statement of this.#file.program.body) {
      if (statement.type !== "VariableDeclaration" || statement.kind !== "const") continue;
      for (const { id, init } of statement.declarations) {
        if (id.type === "Identifier" && id.name === name) return init ?? undefined;
      }
    }
    return undefined;
  }
}

/** What a statement `module.exports = …` assigns. */
function assignedToExports(statement: Statement): Expression | undefined {
  if (statement.type !== "ExpressionStatement") return undefined;
  const { expression } = statement;
  if (expression.type !== "AssignmentExpression" || expression.left.type !== "MemberExpression")
    return undefined;
  const { object, property } = expression.left;
  const isExports =
    object.type === "Identifier" &&
    object.name === "module" &&
    property.type === "Identifier" &&
    property.name === "exports";
  return isExports ? expression.right : undefined;
}

/** The module that a statement loads: `import`, `require("…")`, or `const … = require("…")`, also with a member of it. */
function loadedBy(statement: Statement): string | undefined {
  if (statement.type === "ImportDeclaration") return statement.source.value;
  if (statement.type === "ExpressionStatement") return requiredBy(statement.expression);
  if (statement.type !== "VariableDeclaration") return undefined;
  const [first] = statement.declarations;
  return first?.init ? requiredBy(first.init) : undefined;
}

function requiredBy(expression: Expression): string | undefined {
  if (expression.type === "MemberExpression" && expression.object.type !== "Super") {
    return requiredBy(expression.object);
  }
  if (expression.type !== "CallExpression") return undefined;
  const { callee, arguments: args } = expression;
  if (callee.type === "MemberExpression" && callee.object.type !== "Super") return requiredBy(callee.object);
  const [module] = args;
  const isRequire = callee.type === "Identifier" && callee.name === "require";
  return isRequire && module?.type === "StringLiteral" ? module.value : undefined;
}

function keyOf({ key }: ObjectProperty): string | undefined {
  if (key.type === "Identifier") return key.name;
  return key.type === "StringLiteral" ? key.value : undefined;
}
