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
  // The versions of Hardhat 2, see hardhat-two-app.ts.
  hardhat2: { app: ".", files: {}, command: ["install", ...quiet] },
} satisfies Readonly<Record<string, Install>>;

export type InstallName = keyof typeof installs;

export function isInstall(name: string): name is InstallName {
  return Object.hasOwn(installs, name);
}
