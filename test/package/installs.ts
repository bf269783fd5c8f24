import { createRequire } from "node:module";

/** A way to install: files at the root, the app's folder below it, and the command. */
export type Install = {
  readonly app: string;
  readonly files: Readonly<Record<string, string>>;
  /** Arguments of npm. */
  readonly command: readonly string[];
};

/** From the registry, whenever it is needed: not a dependency. */
const pnpm = "pnpm@12.21.0";

const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];

export const installs = {
  npm: { app: ".", files: {}, command: ["install", ...quiet] },
  // Strict: a package sees what it depends on, and nothing else.
  pnpm: {
    app: ".",
    files: {
      "pnpm-workspace.yaml": "packages: ['.']\nhoistPattern: ['*typechain*']\nstrictDepBuilds: false\n",
    },
    command: [
      "exec",
      "--yes",
      `--package=${pnpm}`,
      "--",
      "pnpm",
      "install",
      "--prefer-offline",
      "--reporter=append-only",
    ],
  },
  // A monorepo: the app's modules are in its root's folder.
  workspaces: {
    app: "packages/app",
    files: { "package.json": '{ "name": "monorepo", "private": true, "workspaces": ["packages/*"] }\n' },
    command: ["install", ...quiet],
  },
} satisfies Readonly<Record<string, Install>>;

export type InstallName = keyof typeof installs;

export function isInstall(name: string): name is InstallName {
  return Object.hasOwn(installs, name);
}

/** What a new project depends on, besides the tarball: the versions that this repository is tested with. */
export function dependenciesOfApp(): Record<string, string> {
  const { devDependencies, dependencies } = createRequire(import.meta.url)("../../package.json") as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const names = [
    "hardhat",
    "@nomicfoundation/hardhat-toolbox-mocha-ethers",
    "@nomicfoundation/hardhat-ethers",
    "@types/chai",
    "@types/chai-as-promised",
    "@types/mocha",
    "@types/node",
    "chai",
    "ethers",
    "mocha",
    "typescript",
  ];
  const versions = names.map((name) => [name, devDependencies[name] ?? ""] as const);
  // Hardhat would download the compiler of the app's own contracts.
  return { ...Object.fromEntries(versions), solc: dependencies.solc ?? "" };
}
