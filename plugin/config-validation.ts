import path from "node:path";
import { sensitiveStringSchema, validateUserConfigZodType } from "@nomicfoundation/hardhat-zod-utils";
import type { HardhatConfig, HardhatUserConfig } from "hardhat/types/config";
import type { HardhatConfigValidationError, HardhatUserConfigValidationError } from "hardhat/types/hooks";
import { z } from "zod";
import { builtInShapes } from "./circuits/shapes.ts";
import { leastUpgradeDelay } from "./config.ts";
import { assertShape } from "./protocol/shape.ts";
import { backendNames } from "./prover/backends/backend.ts";
import { proofSystemNames } from "./prover/proof-system.ts";

/** The contract keeps times in 48 bits; the bound leaves room to add one to the clock. */
const maxSeconds = 2 ** 40;

/** What the contract allows, in seconds. */
const maxPeriod = 365 * 24 * 60 * 60;
const maxSpacing = 60 * 60;

/** A settlement that waits for longer is in danger of missing deadlines of the queue. */
const maxStuckAfter = 24 * 60 * 60;

const slots = z.number().int().nonnegative();
const seconds = z.number().int().positive().max(maxSeconds);

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "Expected an address: 0x and 40 hexadecimal digits");

const shapeType = z
  .object({
    depth: slots,
    transactions: slots,
    accounts: slots,
    operations: slots,
    exits: slots,
    fees: slots,
    applications: slots,
  })
  .strict();

const shapeName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]*$/,
    "Expected a name of lower case letters, digits and dashes that starts with a letter",
  )
  .refine(
    (name) => !Object.hasOwn(builtInShapes, name),
    "A built-in shape has this name: choose another one",
  );

/** The type of the section: docs/config.md is made from it. */
export const userConfigType = z.object({
  rollup: z
    .object({
      shapes: z.record(shapeName, shapeType).optional(),
      register: z.array(z.string()).nonempty().optional(),
      proofSystem: z.enum(proofSystemNames).optional(),
      folder: z.string().min(1).optional(),
      deployments: z.string().min(1).optional(),
      sequencer: address.optional(),
      sequencerTimeout: seconds.optional(),
      forcedInclusionPeriod: seconds.optional(),
      deadlineSpacing: seconds.optional(),
      admin: address.optional(),
      upgradeDelay: seconds.optional(),
      maxQueuedDeposits: z
        .number()
        .int()
        .positive()
        .lt(2 ** 32)
        .optional(),
      confirmations: z.record(z.number().int().nonnegative()).optional(),
      fleet: z
        .object({ queue: sensitiveStringSchema.optional(), secret: sensitiveStringSchema.optional() })
        .strict()
        .optional(),
      ceremony: z
        .object({
          folder: z.string().min(1).optional(),
          ptau: z.string().min(1).optional(),
          minContributions: z.number().int().positive().optional(),
        })
        .strict()
        .optional(),
      node: z
        .object({
          host: z.string().min(1).optional(),
          port: z.number().int().nonnegative().lt(65_536).optional(),
          rateLimit: z.number().int().nonnegative().optional(),
          trustProxy: z.boolean().optional(),
          opensPerHour: z.number().int().nonnegative().optional(),
          pollInterval: z.number().positive().max(3_600).optional(),
          maxFeePerGas: z.bigint().positive().optional(),
          stuckAfter: z.number().positive().max(maxStuckAfter).optional(),
          sealing: z
            .object({
              transactions: z.number().int().positive().optional(),
              seconds: z.number().int().nonnegative().optional(),
              deadlineMargin: seconds.optional(),
              unproven: z.number().int().positive().optional(),
            })
            .strict()
            .optional(),
        })
        .strict()
        .optional(),
      prover: z
        .object({
          backends: z.array(z.enum(backendNames)).nonempty().optional(),
          rapidsnark: z
            .object({
              path: z.string().min(1),
              sha256: z
                .string()
                .regex(/^[0-9a-fA-F]{64}$/, "Expected the SHA-256 of the binary: 64 hexadecimal digits"),
            })
            .strict()
            .optional(),
          workers: z.number().int().positive().optional(),
          memory: z.number().positive().optional(),
        })
        .strict()
        .optional(),
    })
    .strict()
    .optional(),
});

/** The types and ranges of the fields that the user wrote. */
export function validateRollupUserConfig(config: HardhatUserConfig): HardhatUserConfigValidationError[] {
  return validateUserConfigZodType(config, userConfigType);
}

/** What holds between fields, once the defaults are in (protocol sections 4 and 5). */
export function validateRollupConfig({ rollup, paths }: HardhatConfig): HardhatConfigValidationError[] {
  const errors: HardhatConfigValidationError[] = [];
  const refuse = (field: (string | number)[], message: string) =>
    errors.push({ path: ["rollup", ...field], message });

  for (const [name, shape] of Object.entries(rollup.shapes)) {
    try {
      assertShape(shape);
    } catch (error) {
      refuse(["shapes", name], (error as Error).message);
    }
  }

  const known = Object.keys(rollup.shapes).join(", ");
  const depths = new Set<number>();
  for (const [position, name] of rollup.register.entries()) {
    const shape = rollup.shapes[name];
    if (shape === undefined) refuse(["register", position], `There is no shape "${name}". Shapes: ${known}`);
    else depths.add(shape.depth);
    if (rollup.register.indexOf(name) !== position)
      refuse(["register", position], `"${name}" is there twice`);
  }
  if (depths.size > 1) {
    refuse(["register"], `The shapes of a rollup have one depth, these have ${[...depths].join(" and ")}`);
  }

  const { backends, rapidsnark } = rollup.prover;
  if (backends.includes("rapidsnark") && rapidsnark === undefined) {
    refuse(
      ["prover", "rapidsnark"],
      "Expected path and sha256 of the rapidsnark binary, which backends names",
    );
  }
  if (new Set(backends).size < backends.length) {
    refuse(["prover", "backends"], `Expected each backend once, got ${backends.join(", ")}`);
  }

  // Hardhat compiles nothing from outside the project, and the verifiers are below the folder.
  const inside = path.relative(paths.root, rollup.folder);
  if (inside.startsWith("..") || path.isAbsolute(inside)) {
    refuse(["folder"], `Expected a folder inside the project (${paths.root}), got ${rollup.folder}`);
  }

  if (rollup.sequencerTimeout >= rollup.forcedInclusionPeriod) {
    refuse(
      ["sequencerTimeout"],
      `Expected less than forcedInclusionPeriod (${rollup.forcedInclusionPeriod} s), got ${rollup.sequencerTimeout} s`,
    );
  }
  if (rollup.forcedInclusionPeriod > maxPeriod) {
    refuse(
      ["forcedInclusionPeriod"],
      `Expected at most a year (${maxPeriod} s), got ${rollup.forcedInclusionPeriod} s`,
    );
  }
  if (rollup.deadlineSpacing > maxSpacing) {
    refuse(
      ["deadlineSpacing"],
      `Expected at most an hour (${maxSpacing} s), got ${rollup.deadlineSpacing} s`,
    );
  }
  const least = rollup.admin === undefined ? 0 : leastUpgradeDelay(rollup);
  if (rollup.admin === undefined && rollup.upgradeDelay !== 0) {
    refuse(["upgradeDelay"], `Expected none without an admin, got ${rollup.upgradeDelay} s`);
  } else if (rollup.upgradeDelay < least) {
    refuse(
      ["upgradeDelay"],
      `Expected at least 30 days and forcedInclusionPeriod (${least} s), got ${rollup.upgradeDelay} s`,
    );
  }
  return errors;
}
