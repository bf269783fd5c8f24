import { writeSync } from "node:fs";
import { serveJob } from "../../plugin/circuits/background-job.ts";

export interface ExampleRequest {
  readonly does: "return" | "throw" | "die" | "spin";
  readonly value: unknown;
}

// Test runners load every file below test/.
if (process.argv[1] === import.meta.filename) serveJob(work);

async function work({ does, value }: ExampleRequest, report: (message: string) => void): Promise<unknown> {
  report("started");
  switch (does) {
    case "return":
      return value;
    case "throw":
      throw new Error(String(value));
    case "die":
      writeSync(2, `${value}\n`);
      process.exit(3);
      break;
    case "spin":
      report(String(process.pid));
      await new Promise((resolve) => setImmediate(resolve));
      for (;;);
  }
}
