import path from "node:path";
import { ProjectCopy } from "../local/start/support.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
const parts = [
  "index.ts",
  "infra",
  "packages/components",
  "functions",
  "data",
  "openapi.json",
  "package.json",
  "tsconfig.json",
  "bin",
  "policies",
  "Pulumi.yaml",
  "Pulumi.dev.yaml",
  "Pulumi.prod.yaml",
];

/** This program in a folder of its own, with all that it needs to be run. */
export const copyOfProgram = (): ProjectCopy => new ProjectCopy(root, parts);
