import type { ArgumentType, OptionDefinition, PositionalArgumentDefinition } from "hardhat/types/arguments";
import type { TaskLanguage } from "../../tasks/language.ts";

const argumentTypes = {
  STRING: "STRING",
  BOOLEAN: "BOOLEAN",
  FLAG: "FLAG",
  INT: "INT",
  LEVEL: "LEVEL",
  BIGINT: "BIGINT",
  FLOAT: "FLOAT",
  FILE: "FILE",
  STRING_WITHOUT_DEFAULT: "STRING_WITHOUT_DEFAULT",
  FILE_WITHOUT_DEFAULT: "FILE_WITHOUT_DEFAULT",
} satisfies { [Name in keyof typeof ArgumentType]: `${(typeof ArgumentType)[Name]}` };

type Given = { readonly name: string; readonly description?: string; readonly type?: string } & Readonly<
  Record<string, unknown>
>;

/** Collects the definition of a task: the same plain data that Hardhat 3 makes of it. */
class TaskBuilder {
  readonly #id: string[];
  readonly #description: string;
  readonly #options: Record<string, OptionDefinition> = {};
  readonly #positionalArguments: PositionalArgumentDefinition[] = [];
  #action: unknown;

  constructor(id: string | string[], description: string) {
    this.#id = [id].flat();
    this.#description = description;
  }

  addOption({ name, description = "", type = argumentTypes.STRING, ...rest }: Given): this {
    this.#options[name] = { ...rest, name, description, type } as OptionDefinition;
    return this;
  }

  addFlag({ name, description = "" }: Given): this {
    return this.addOption({ name, description, type: argumentTypes.FLAG, defaultValue: false });
  }

  addPositionalArgument(argument: Given): this {
    return this.#addPositional(argument, false);
  }

  addVariadicArgument(argument: Given): this {
    return this.#addPositional(argument, true);
  }

  setAction(action: unknown): this {
    this.#action = action;
    return this;
  }

  build(): unknown {
    const [id, description, options] = [this.#id, this.#description, this.#options];
    const positionalArguments = this.#positionalArguments;
    return { type: "NEW_TASK", id, description, options, positionalArguments, action: this.#action };
  }

  #addPositional(
    { name, description = "", type = argumentTypes.STRING, ...rest }: Given,
    isVariadic: boolean,
  ): this {
    this.#positionalArguments.push({
      ...rest,
      name,
      description,
      type,
      isVariadic,
    } as PositionalArgumentDefinition);
    return this;
  }
}

/** The part of Hardhat 3's language of tasks that the tasks of this package are written in. */
export const taskLanguage = {
  ArgumentType: argumentTypes,
  task: (id: string | string[], description = "") => new TaskBuilder(id, description),
  emptyTask: (id: string | string[], description: string) => ({
    build: () => ({ type: "EMPTY_TASK", id: [id].flat(), description }),
  }),
} as unknown as TaskLanguage;
