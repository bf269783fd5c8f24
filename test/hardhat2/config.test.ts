import { expect } from "chai";
import type { RollupUserConfig } from "../../plugin/config.ts";
import { resolveConfig } from "../../plugin/hardhat2/config.ts";

const paths = { root: "/app", cache: "/app/cache", configFile: "/app/hardhat.config.ts" };

function resolve(rollup: RollupUserConfig, told: Readonly<Record<string, string>> = {}) {
  const vars = { has: (name: string) => name in told, get: (name: string) => told[name] ?? "" };
  return resolveConfig({ paths }, { rollup }, vars);
}

describe("resolveConfig", () => {
  it("fills in the defaults, below Hardhat's folders", () => {
    const config = resolve({});
    expect(config).to.include({ folder: "/app/cache/rollup", deployments: "/app/deployments/rollup" });
    expect(config.register).to.deep.equal(["dev"]);
  });

  it("lists every field that is wrong", () => {
    const wrong = { register: ["dev", "huge"], sequencerTimeout: 2 ** 30 };
    expect(() => resolve(wrong)).to.throw(/rollup\.register\.1[\s\S]*rollup\.sequencerTimeout/);
    expect(() => resolve({ colour: "red" } as RollupUserConfig)).to.throw(/colour/);
  });

  it("takes shapes out of the proxies that Hardhat 2 hands over", () => {
    const wide = {
      depth: 5,
      transactions: 4,
      accounts: 8,
      operations: 2,
      exits: 2,
      fees: 1,
      applications: 0,
    };
    const { shapes } = resolve({ shapes: { wide: new Proxy(wide, {}) } });
    expect(structuredClone(shapes.wide)).to.deep.equal(wide);
  });

  it("finds variables in the environment or among Hardhat's, and names one that is nowhere", async () => {
    const queue = { _type: "ConfigurationVariable", name: "ROLLUP_TEST_QUEUE" } as const;
    const fleet = { queue };
    expect(await resolve({ fleet }, { ROLLUP_TEST_QUEUE: "redis://told" }).fleet.queue?.get()).to.equal(
      "redis://told",
    );
    const failure = await resolve({ fleet })
      .fleet.queue?.get()
      .catch((error: unknown) => error);
    expect(String(failure)).to.include("npx hardhat vars set ROLLUP_TEST_QUEUE");
  });
});
