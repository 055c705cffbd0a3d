import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { RecordedResource, Recording } from "../../program/recording.ts";

const root = resolve(import.meta.dirname, "../../../..");

/** The packages that programs of tests are run with. */
export const modules = join(root, "node_modules");

/** Folder of a whole program under tests/fixtures/programs. */
export function fixture(name: string): string {
  return join(root, "packages/tandem/tests/fixtures/programs", name);
}

/** The one resource of this logical name (and type, where several share the name). */
export function find(recording: Recording, name: string, type?: string): RecordedResource {
  const found = recording.resources.filter(
    (resource) => resource.name === name && (type === undefined || resource.type === type),
  );
  assert.equal(found.length, 1, `${found.length} resources are named ${name}`);
  return found[0] as RecordedResource;
}

export function names(recording: Recording): string[] {
  return recording.resources.map(({ name }) => name);
}

const written: string[] = [];

/** A program in a folder of its own, for programs that no checker could accept. Removed by `removePrograms`. */
export function writeProgram(files: Record<string, string>, { packages = true } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "program-"));
  written.push(folder);
  const standard = {
    "Pulumi.yaml": "name: faulty\nruntime: nodejs\n",
    "package.json": '{ "name": "faulty", "type": "module" }',
  };
  for (const [name, text] of Object.entries({ ...standard, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  if (packages) symlinkSync(modules, join(folder, "node_modules"));
  return folder;
}

export function removePrograms(): void {
  for (const folder of written.splice(0)) rmSync(folder, { recursive: true });
}
