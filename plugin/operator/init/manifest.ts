import { z } from "zod";
import { ClientError } from "../../client/errors.ts";

const texts = z.record(z.string());
const manifestType = z
  .object({
    type: z.string().optional(),
    scripts: texts.optional(),
    dependencies: texts.optional(),
    devDependencies: texts.optional(),
  })
  .passthrough();

/** A project's package.json, whose layout and other fields stay as they are. */
export class Manifest {
  readonly #fields: z.infer<typeof manifestType>;
  readonly #indent: string;
  readonly #end: string;

  /** @throws ClientError if it is no package.json */
  constructor(file: string, text: string) {
    this.#fields = parse(file, text);
    this.#indent = /^\{\r?\n([ \t]+)/.exec(text)?.[1] ?? "  ";
    this.#end = text.endsWith("\n") ? "\n" : "";
  }

  /** What `type` says: Hardhat 3 wants `module`. */
  get type(): string | undefined {
    return this.#fields.type;
  }

  dependsOn(name: string): boolean {
    return this.rangeOf(name) !== undefined;
  }

  /** The versions of a package that the project depends on, such as `^3.0.0`. */
  rangeOf(name: string): string | undefined {
    const { dependencies, devDependencies } = this.#fields;
    return dependencies?.[name] ?? devDependencies?.[name];
  }

  /** Adds the scripts whose names are free, and returns those names. */
  addScripts(scripts: Readonly<Record<string, string>>): string[] {
    const missing = Object.keys(scripts).filter((name) => this.#fields.scripts?.[name] === undefined);
    const added = Object.fromEntries(missing.map((name) => [name, scripts[name] ?? ""]));
    if (missing.length > 0) this.#fields.scripts = { ...this.#fields.scripts, ...added };
    return missing;
  }

  toString(): string {
    return JSON.stringify(this.#fields, undefined, this.#indent) + this.#end;
  }
}

function parse(file: string, text: string): z.infer<typeof manifestType> {
  try {
    const fields: unknown = JSON.parse(text);
    manifestType.parse(fields);
    // Not what zod returns: that has the fields in another order.
    return fields as z.infer<typeof manifestType>;
  } catch (error) {
    const problem = error instanceof z.ZodError ? error.issues[0]?.message : (error as Error).message;
    throw new ClientError("The project's package.json cannot be read.", {
      file,
      problem: problem ?? "unknown",
      "what to do": "repair it, or make a new one: npm init",
    });
  }
}
