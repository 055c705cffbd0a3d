/** Several of the small programs in tests/fixtures/local as one: it is recorded and started once, where each would be. */
import { cpSync, existsSync } from "node:fs";
import path from "node:path";
import { ProjectCopy } from "../start/support.ts";

const fixtures = path.resolve(import.meta.dirname, "../../fixtures/local");

/** Folders of code, which programs name from the folder of the project; no two programs call them alike. */
const CODE = ["code", "say"];

/** Its outputs are those of each program, by the program's name. No two may declare resources of one type and name. */
export function severalPrograms(names: readonly string[]): ProjectCopy {
  const project = new ProjectCopy(".", names);
  for (const name of names) {
    for (const folder of CODE) {
      const code = path.join(fixtures, name, folder);
      if (existsSync(code)) cpSync(code, path.join(project.path, folder), { recursive: true });
    }
    const answers = path.join(fixtures, name, "recording.yaml");
    if (existsSync(answers)) cpSync(answers, path.join(project.path, "recording.yaml"));
  }
  project.write("Pulumi.yaml", "name: several\nruntime: nodejs\n");
  project.write("Pulumi.dev.yaml", "config:\n  aws:region: eu-west-1\n");
  project.write("package.json", '{ "name": "several", "private": true, "main": "index.ts" }\n');
  project.write(
    "index.ts",
    names.map((name) => `export * as ${outputName(name)} from "./${name}/index";\n`).join(""),
  );
  return project;
}

/** `queue-closure` → `queueClosure`. */
function outputName(program: string): string {
  return program.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
