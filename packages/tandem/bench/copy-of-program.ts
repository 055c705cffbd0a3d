import { cpSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { projectFiles } from "../scaffold/project-files.ts";
import { ownProject, packaged } from "../shared/own-project.ts";

/** The project that is measured in a folder of its own, so that neither data nor a run of the person at this machine is touched. */
export function copyOfProgram(): string {
  const project = ownProject();
  const cwd = mkdtempSync(path.join(tmpdir(), "tandem-bench-"));
  for (const file of projectFiles(project).filter((name) => !name.startsWith("packages/tandem/"))) {
    cpSync(path.join(project, file), path.join(cwd, file), { recursive: true });
  }
  symlinkSync(path.resolve(packaged(project, "esbuild"), ".."), path.join(cwd, "node_modules"));
  return cwd;
}
