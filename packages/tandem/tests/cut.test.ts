/**
 * The tool stands by itself: of the program that it is developed beside it imports, records and reads nothing. `new` and
 * `remove` alone are about that program's own files, and so are their tests.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import ts from "typescript";
import { projectFiles } from "../scaffold/project-files.ts";
import { packageFolder } from "../shared/places.js";

const manifest = JSON.parse(readFileSync(path.join(packageFolder, "package.json"), "utf8")) as Record<
  string,
  Record<string, string> | undefined
>;
const packages = [
  String(manifest.name),
  ...["dependencies", "devDependencies", "peerDependencies"].flatMap((kind) =>
    Object.keys(manifest[kind] ?? {}),
  ),
  // Of the SDK, whose messages are made with it.
  "google-protobuf",
];
const all = projectFiles(packageFolder).filter((file) => !/^(dist|node_modules)\//.test(file));
const code = all.filter((file) => /\.[cm]?[jt]s$/.test(file));
const OF_PROGRAM = /^tests\/(scaffold|fixtures)\//;
const textOf = (file: string): string => readFileSync(path.join(packageFolder, file), "utf8");

describe("the tool", () => {
  it("imports its own modules and the packages of its package.json, and nothing else", () => {
    assert.ok(code.length > 500, `${code.length}`);
    const foreign = code
      .filter((file) => !OF_PROGRAM.test(file) && mayImportForeign(file))
      .flatMap((file) =>
        ts
          .preProcessFile(textOf(file))
          .importedFiles.map(({ fileName }) => fileName)
          .filter((name) => !isOwn(file, name))
          .map((name) => `${file}: ${name}`),
      );
    assert.deepEqual(foreign, []);
  });

  it("goes up to nothing but the checkout's packages", () => {
    const above = code
      .filter((file) => !OF_PROGRAM.test(file))
      .flatMap((file) =>
        [...textOf(file).matchAll(/import\.meta\.dirname, "((?:\.\.\/)*\.\.(?:\/[^"]*)?)"/g)]
          .map(([, up = ""]) => path.join(path.dirname(file), up))
          .filter((target) => target.startsWith(".."))
          .filter((target) => !/^\.\.\/\.\.(\/node_modules.*)?$/.test(target))
          .map((target) => `${file}: ${target}`),
      );
    assert.deepEqual(above, []);
  });

  it("is tested on programs of its own", () => {
    const leaning = code
      .filter((file) => /^(tests|bench)\//.test(file) && !OF_PROGRAM.test(file))
      .flatMap((file) =>
        [
          /\b(?:root|project|checkout), "(?:index\.ts|functions|data|openapi\.json|policies|infra|packages\/components)\b[^"]*"/g,
          /\bcwd: process\.cwd\(\), stack: "\w+", bundle/g,
          /\b(?:readFileSync|cpSync|readdirSync)\("(?:index\.ts|functions|openapi\.json|policies|infra|tests|docs)\b[^"]*"/g,
        ].flatMap((pattern) => [...textOf(file).matchAll(pattern)].map(([found]) => `${file}: ${found}`)),
      );
    assert.deepEqual(leaning, []);
  });

  it("knows nothing of the program's subjects: neither in code, tests and data nor in its pages", () => {
    const subjects = new RegExp(
      ["bo", "mov", "fil"].map((start, index) => start + ["ok", "ie", "m"][index]).join("|"),
      "i",
    );
    const found = all
      // Names of AWS's own.
      .filter((file) => file !== "local/iam/managed-policies.json" && !/\.(png|tgz)$/.test(file))
      .flatMap((file) =>
        textOf(file)
          .split("\n")
          .filter((line) => subjects.test(line))
          .map((line) => `${file}: ${line.trim()}`),
      );
    assert.deepEqual(found, []);
  });
});

/** The compiler's reader takes most of a millisecond a file: it is asked of those alone whose text names anything else, in a text within it too. */
function mayImportForeign(file: string): boolean {
  const text = textOf(file);
  const named = text.matchAll(/\b(?:from|import|require|module)\b\s*\(?\s*(?:(["'`])([^"'`]*)\1|\/[/*])/g);
  return [...named].some(([, , name]) => name === undefined || !isOwn(file, name));
}

function isOwn(file: string, name: string): boolean {
  if (name.startsWith(".")) return !path.join(path.dirname(file), name).startsWith("..");
  const bare = name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
  return (
    name.startsWith("node:") ||
    builtinModules.includes(bare) ||
    packages.includes(bare) ||
    packages.includes(`@types/${bare}`)
  );
}
