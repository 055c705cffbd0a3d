/**
 * Imports go one way: among the files and folders that lie in one folder, none is reached from what it imports. So each can
 * be read, tested and moved with what stands below it, and nothing above.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { projectFiles } from "../scaffold/project-files.ts";
import { packageFolder } from "../shared/places.js";

const code = projectFiles(packageFolder).filter(
  (file) => /\.([cm]?[jt]s|tsx)$/.test(file) && !/^(dist|node_modules|tests)\//.test(file),
);

/** Folder → entry of it → entries of the same folder that it imports, each with one import as the reason. */
type Imports = Map<string, Map<string, Map<string, string>>>;

describe("imports within the tool", () => {
  it("run in no circle, neither between files nor between folders", () => {
    assert.ok(code.length > 400, `${code.length}`);
    assert.deepEqual(circlesIn(importsOf(code, readFileInPackage)), []);
  });

  it("are found in a circle of files, and of folders that no two files close", () => {
    const texts: Record<string, string> = {
      "a/one.ts": 'import { x } from "./two.ts";',
      "a/two.ts": 'import type { y } from "./one.ts";',
      "b/deep/one.ts": 'export { z } from "../../c/one.ts";',
      "c/one.ts": "",
      "c/two.ts": 'import { w } from "../b/two.ts";',
      "b/two.ts": "",
    };
    const found = circlesIn(importsOf(Object.keys(texts), (file) => texts[file] ?? ""));
    assert.deepEqual(found, [
      "a: one.ts → two.ts (a/one.ts → a/two.ts), two.ts → one.ts (a/two.ts → a/one.ts)",
      ".: b → c (b/deep/one.ts → c/one.ts), c → b (c/two.ts → b/two.ts)",
    ]);
  });

  it("meet no file that has a folder of its own name beside it", () => {
    const twins = code.filter((file) =>
      existsSync(path.join(packageFolder, file.slice(0, -path.extname(file).length))),
    );
    assert.deepEqual(twins, []);
  });
});

describe("a service of the local run", () => {
  it("is called …Service, and is the service.ts of its folder", () => {
    const services = code.flatMap((file) =>
      [...readFileInPackage(file).matchAll(/^export class (\w+) implements .*\bService\b/gm)].map(
        ([, name = ""]) => ({ file, name }),
      ),
    );
    assert.ok(services.length > 8, `${services.length}`);
    assert.deepEqual(
      services.filter(({ file, name }) => !/Service$/.test(name) || !/^local\/.+\/service\.ts$/.test(file)),
      [],
    );
  });
});

describe("an exported type", () => {
  it("has one home in its layer", () => {
    const homes = new Map<string, string[]>();
    for (const file of code) {
      const [layer = ""] = /^(console\/page|[^/]+)/.exec(file) ?? [];
      for (const [, name] of readFileInPackage(file).matchAll(
        /^export (?:abstract )?(?:interface|type|class) (\w+)/gm,
      )) {
        getOrAdd(homes, `${layer}: ${name}`, () => []).push(file);
      }
    }
    assert.deepEqual(
      [...homes].filter(([, files]) => files.length > 1),
      [],
    );
  });
});

function readFileInPackage(file: string): string {
  return readFileSync(path.join(packageFolder, file), "utf8");
}

function importsOf(files: readonly string[], textOf: (file: string) => string): Imports {
  const known = new Set(files);
  const result: Imports = new Map();
  for (const file of files) {
    const targets = ts
      .preProcessFile(textOf(file))
      .importedFiles.map(({ fileName }) => path.posix.join(path.posix.dirname(file), fileName))
      .filter((target) => known.has(target));
    for (const target of targets) {
      const [from, to] = [file.split("/"), target.split("/")];
      const depth = from.findIndex((step, index) => step !== to[index]);
      if (depth < 0) continue;
      const folder = from.slice(0, depth).join("/") || ".";
      const entries = getOrAdd(result, folder, () => new Map<string, Map<string, string>>());
      getOrAdd(entries, String(from[depth]), () => new Map<string, string>()).set(
        String(to[depth]),
        `${file} → ${target}`,
      );
    }
  }
  return result;
}

function getOrAdd<Key, Item>(map: Map<Key, Item>, key: Key, make: () => Item): Item {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** A line for the first circle that is met in each folder. */
function circlesIn(imports: Imports): string[] {
  return [...imports].flatMap(([folder, entries]) => {
    const done = new Set<string>();
    for (const start of entries.keys()) {
      const circle = circleFrom(start, entries, [], done);
      if (circle === undefined) continue;
      const steps = circle.map((from, index) => {
        const to = circle[(index + 1) % circle.length] ?? from;
        return `${from} → ${to} (${entries.get(from)?.get(to)})`;
      });
      return [`${folder}: ${steps.join(", ")}`];
    }
    return [];
  });
}

function circleFrom(
  entry: string,
  entries: Map<string, Map<string, string>>,
  way: readonly string[],
  done: Set<string>,
): string[] | undefined {
  if (way.includes(entry)) return way.slice(way.indexOf(entry));
  if (done.has(entry)) return undefined;
  for (const next of entries.get(entry)?.keys() ?? []) {
    const circle = circleFrom(next, entries, [...way, entry], done);
    if (circle !== undefined) return circle;
  }
  done.add(entry);
  return undefined;
}
