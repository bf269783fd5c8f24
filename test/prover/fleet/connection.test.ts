import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { FleetError } from "../../../plugin/prover/fleet/errors.ts";
import { FleetConnection } from "../../../plugin/prover/fleet/fleet-connection.ts";
import { rejection } from "../../settlement/rejection.ts";
import { freePort } from "../../tasks/command-line.ts";
import { secret } from "./fixture.ts";
import { redisServer } from "./redis-server.ts";

const password = "hunter2";

describe("The connection to a fleet's Redis", function () {
  this.timeout(60_000);
  const server = redisServer(["--requirepass", password]);

  const address = (user: string): string => `redis://${user}127.0.0.1:${server().port}`;

  it("is opened with the password of the URL, which messages do not show", async () => {
    const fleet = await FleetConnection.open({ url: address(`:${password}@`), secret });
    expect(await fleet.redis.ping()).to.equal("PONG");
    expect(fleet.address).to.equal(address("***@"));
    await fleet.close();
  });

  it("is refused with a wrong password, or without one", async () => {
    for (const user of ["", ":hunter3@", "alice:hunter3@"]) {
      const refusal = await rejection(FleetConnection.open({ url: address(user), secret }));
      expect(refusal).to.be.instanceOf(FleetError);
      expect(refusal.message)
        .to.match(/NOAUTH|WRONGPASS/)
        .and.to.not.include("hunter3");
    }
  });

  it("is refused where nobody listens, after some attempts", async () => {
    const url = `redis://:${password}@127.0.0.1:${await freePort()}`;
    const refusal = await rejection(FleetConnection.open({ url, secret }));
    expect(refusal.message).to.include("ECONNREFUSED").and.to.include("attempts: 3");
    expect(refusal.message).to.not.include(password);
  });

  it("names the packages to install where they are missing", () => {
    const hooks = `import { registerHooks } from "node:module";
      registerHooks({ resolve(name, context, next) {
        if (name === "bullmq") throw Object.assign(new Error("Cannot find package 'bullmq'"), { code: "ERR_MODULE_NOT_FOUND" });
        return next(name, context);
      } });`;
    const module = (name: string): string =>
      new URL(`../../../plugin/prover/fleet/${name}.ts`, import.meta.url).href;
    const program = `import { FleetConnection } from "${module("fleet-connection")}";
      import { FleetSecret } from "${module("fleet-secret")}";
      const secret = new FleetSecret("a".repeat(32));
      await FleetConnection.open({ url: "redis://127.0.0.1:1", secret }).catch((error) => console.log(error.message));`;
    const { stdout } = spawnSync(process.execPath, [
      "--import",
      `data:text/javascript,${encodeURIComponent(hooks)}`,
      "--input-type=module",
      "--eval",
      program,
    ]);
    expect(stdout.toString()).to.include("npm install --save-dev bullmq ioredis");
  });
});
