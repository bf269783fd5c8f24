import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

const runner = path.resolve(import.meta.dirname, "..", "run.ts");

/**
 * Runs a bench in a process of its own.
 *
 * @param onProgress - Takes each line that it writes to stderr.
 * @returns What it printed with `--json`.
 * @throws If it fails or prints something else; the error has its last lines of stderr.
 */
export async function runBench(
  name: string,
  argumentsOfBench: readonly string[],
  onProgress: (line: string) => void,
): Promise<unknown> {
  const child = spawn(process.execPath, [runner, name, ...argumentsOfBench, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lastLines: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    lastLines.push(line);
    if (lastLines.length > 20) lastLines.shift();
    onProgress(line);
  });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    printed += part;
  });
  const stop = (): boolean => child.kill("SIGTERM");
  process.once("exit", stop);
  const [code, signal] = await once(child, "close");
  process.off("exit", stop);
  if (code !== 0) {
    throw new Error(`The bench ${name} ended with ${code ?? signal}.\n${lastLines.join("\n")}`);
  }
  try {
    return JSON.parse(printed);
  } catch {
    throw new Error(`The bench ${name} printed something other than JSON: ${printed.slice(0, 200)}`);
  }
}
