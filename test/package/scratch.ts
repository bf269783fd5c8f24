// A project outside the repository, as a new user makes one, with the packed tarball: installed, initialised, type-checked, its
// test run, and the life of a rollup on `hardhat node`, command by command. For what `npm run build` and
// `npm run prebuilt` have made.
//
//   npm run scratch -- [npm] [pnpm] [workspaces] [hardhat2]     which ways to install; default: npm

import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { hardhatThreeApp } from "./hardhat-three-app.ts";
import { hardhatTwoApp } from "./hardhat-two-app.ts";
import { installs, isInstall } from "./installs.ts";
import { requireRecordedCircuits } from "./prebuilt-hashes.ts";
import { hardhatTwoLife, rollupLife } from "./rollup-life.ts";
import { ScratchApp } from "./scratch-app.ts";
import { withTarball } from "./tarball.ts";

if (process.argv[1] === import.meta.filename) await installEverywhere(process.argv.slice(2));

async function installEverywhere(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.filter((name) => !isInstall(name));
  if (unknown.length > 0) {
    throw new Error(
      `No such way to install: ${unknown.join(", ")}. There are ${Object.keys(installs).join(", ")}.`,
    );
  }

  await requireRecordedCircuits();
  await withTarball(async ({ file }) => {
    for (const name of (wanted.length > 0 ? wanted : ["npm"]).filter(isInstall)) {
      const folder = await mkdtemp(path.join(os.tmpdir(), `hardhat-rollup-${name}-`));
      const app = new ScratchApp(folder, name);
      try {
        const isTwo = name === "hardhat2";
        await app.create(file, isTwo ? hardhatTwoApp : hardhatThreeApp);
        await (isTwo ? hardhatTwoLife : rollupLife)(app);
        console.log(`${name}: ok\n`);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }
  });
}
