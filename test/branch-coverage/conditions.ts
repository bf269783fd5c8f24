import { createRequire } from "node:module";

interface Compiler {
  compile(input: string): string;
}

interface Node {
  readonly nodeType: string;
  readonly src: string;
  readonly condition?: Node;
  readonly operator?: string;
  readonly leftExpression?: Node;
  readonly rightExpression?: Node;
}

/** A place in a Solidity source where execution takes one of two ways: bytes from `start` to before `end`. */
export type Condition = { readonly start: number; readonly end: number };

/**
 * The conditions of a Solidity source in the order of its syntax tree: those of `if`, `?:` and loops, and both operands
 * of `&&` and `||`. Branches in assembly are not among them.
 */
export function conditionsOf(source: string): Condition[] {
  const conditions: Condition[] = [];
  visit(syntaxTree(source), (node) => {
    const found = [node.condition];
    if (node.operator === "&&" || node.operator === "||") {
      found.push(node.leftExpression, node.rightExpression);
    }
    for (const expression of found) {
      // A compound condition is decided by its operands, which are conditions themselves.
      if (expression === undefined || isCompound(expression)) continue;
      conditions.push(placeOf(expression));
    }
  });
  return conditions;
}

/** The source with `before(i)` and `after` around its condition number `i`. */
export function wrapConditions(source: string, before: (number: number) => string, after: string): string {
  const bytes = Buffer.from(source);
  const insertions = conditionsOf(source).flatMap(({ start, end }, number) => [
    { position: start, closes: false, size: end - start, text: before(number) },
    { position: end, closes: true, size: end - start, text: after },
  ]);
  // At one place: what ends there first, the inner before the outer; then what begins there, the outer before the inner.
  insertions.sort(
    (a, b) =>
      a.position - b.position ||
      Number(b.closes) - Number(a.closes) ||
      (a.closes ? a.size - b.size : b.size - a.size),
  );
  const parts: Buffer[] = [];
  let position = 0;
  for (const insertion of insertions) {
    parts.push(bytes.subarray(position, insertion.position), Buffer.from(insertion.text));
    position = insertion.position;
  }
  return Buffer.concat([...parts, bytes.subarray(position)]).toString();
}

function syntaxTree(source: string): unknown {
  const compiler = createRequire(import.meta.url)("solc") as Compiler;
  const input = {
    language: "Solidity",
    sources: { source: { content: source } },
    settings: { stopAfter: "parsing", outputSelection: { "*": { "": ["ast"] } } },
  };
  const output = JSON.parse(compiler.compile(JSON.stringify(input)));
  if (output.sources?.source === undefined)
    throw new Error(`solc cannot parse: ${JSON.stringify(output.errors)}`);
  return output.sources.source.ast;
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (typeof value !== "object" || value === null) return;
  if ("nodeType" in value && "src" in value) {
    // Assembly has conditions too, which are no expressions of Solidity.
    if (value.nodeType === "InlineAssembly") return;
    see(value as Node);
  }
  for (const child of Object.values(value)) visit(child, see);
}

function isCompound(node: Node): boolean {
  if (node.nodeType === "TupleExpression" && "components" in node) {
    const [inner] = node.components as Node[];
    return inner !== undefined && isCompound(inner);
  }
  return node.nodeType === "BinaryOperation" && (node.operator === "&&" || node.operator === "||");
}

function placeOf(node: Node): Condition {
  const [start = Number.NaN, length = Number.NaN] = node.src.split(":").map(Number);
  return { start, end: start + length };
}
