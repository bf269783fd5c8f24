import path from "node:path";
import { expect } from "chai";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { RollupConfig, RollupUserConfig } from "../plugin/config.ts";
import rollupPlugin from "../plugin/index.ts";

const root = path.resolve(import.meta.dirname, "..");
const day = 24 * 60 * 60;
const admin = `0x${"11".repeat(20)}`;

async function resolve(rollup: RollupUserConfig): Promise<RollupConfig> {
  return (await createHardhatRuntimeEnvironment({ plugins: [rollupPlugin], rollup }, {}, root)).config.rollup;
}

async function refusal(rollup: RollupUserConfig): Promise<string> {
  return await resolve(rollup).then(
    () => "accepted",
    (error: Error) => error.message,
  );
}

describe("config of periods and the admin", () => {
  it("has no admin and no delay unless it is told to", async () => {
    expect(await resolve({})).to.include({ admin: undefined, upgradeDelay: 0 });
  });

  it("gives users 30 days and a period before a further shape", async () => {
    expect(await resolve({ admin })).to.include({ admin, upgradeDelay: 37 * day });
    expect(await resolve({ admin, forcedInclusionPeriod: 2 * day })).to.include({ upgradeDelay: 32 * day });
    expect(await resolve({ admin, upgradeDelay: 60 * day })).to.include({ upgradeDelay: 60 * day });
  });

  it("refuses what the contract would refuse", async () => {
    const cases: [RollupUserConfig, string, string][] = [
      [{ admin, upgradeDelay: 37 * day - 1 }, "config.rollup.upgradeDelay", `${37 * day} s`],
      [{ upgradeDelay: 60 * day }, "config.rollup.upgradeDelay", "without an admin"],
      [{ admin: "0x11" }, "config.rollup.admin", "40 hexadecimal digits"],
      [{ deadlineSpacing: 3_601 }, "config.rollup.deadlineSpacing", "3600 s"],
      [{ forcedInclusionPeriod: 366 * day }, "config.rollup.forcedInclusionPeriod", "a year"],
    ];
    for (const [rollup, field, reason] of cases) {
      expect(await refusal(rollup), field)
        .to.include(field)
        .and.to.include(reason);
    }
    const edges = { admin, upgradeDelay: 37 * day, deadlineSpacing: 3_600 };
    expect(await resolve(edges)).to.include(edges);
  });
});
