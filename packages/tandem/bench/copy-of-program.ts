import { cpSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../..");

/** This program in a folder of its own, so that neither data nor a run of the person at this machine is touched. */
export function copyOfProgram(): string {
  const cwd = mkdtempSync(path.join(tmpdir(), "tandem-bench-"));
  const parts = [
    "index.ts",
    "packages/components",
    "functions",
    "data",
    "openapi.json",
    "package.json",
    "tsconfig.json",
    "bin",
  ];
  for (const part of [...parts, "Pulumi.yaml", "Pulumi.dev.yaml"]) {
    cpSync(path.join(root, part), path.join(cwd, part), { recursive: true });
  }
  symlinkSync(path.join(root, "node_modules"), path.join(cwd, "node_modules"));
  return cwd;
}
