import os from "node:os";
import ownPackage from "../../package.json" with { type: "json" };

/** What measured times depend on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly gibibytes: number;
  readonly system: string;
  readonly node: string;
  readonly snarkjs: string;
}

export function thisMachine(): Machine {
  return {
    processor: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    gibibytes: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.arch()}`,
    node: process.version,
    snarkjs: ownPackage.dependencies.snarkjs,
  };
}
