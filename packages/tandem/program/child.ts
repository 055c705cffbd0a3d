/** The process in which a program is recorded. Its own files find each other as those of a command do; the program's do not. */
import { resolveOwnImports } from "../shared/own-imports.js";

const leaveImportsToNode = resolveOwnImports();
const { recordJob } = await import("./record-job.ts");
leaveImportsToNode();
await recordJob();
