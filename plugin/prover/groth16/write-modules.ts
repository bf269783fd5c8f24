// `npm run build` runs this in dist/: it writes the prover's modules next to it, where prover-module.ts finds them.

import { writeFileSync } from "node:fs";
import type { Representation } from "../curve/field/best-field.ts";
import { builtModuleUrl, encodeProverModule } from "./prover-module.ts";

const representations: readonly Representation[] = ["doubles", "narrow doubles"];
for (const representation of representations) {
  writeFileSync(builtModuleUrl(representation), encodeProverModule(representation, true));
}
