/** Takes away what `npm run new` made, or a whole subject: the exact reverse, in index.ts and in every file that belongs to it. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ts } from "ts-morph";
import { UserError } from "../shared/user-error.js";
import { classes } from "./names.ts";
import { type FilePlan, gone } from "./plan.ts";
import { callers, type DeclaredComponent, linked, type ProgramFile } from "./program-file.ts";
import { projectFiles } from "./project-files.ts";
import { withoutSeeds } from "./seeds-file.ts";
import { SourceText } from "./source-text.ts";

export type Removable = keyof typeof classes | "subject";

export const removable = [...Object.keys(classes), "subject"] as Removable[];

export function planRemoval(program: ProgramFile, kind: Removable, name: string): FilePlan[] {
  if (kind === "subject") return removeSubject(program, name);
  const wanted = componentOf(program, kind, name);
  switch (kind) {
    case "function":
      return removeFunctions(program, [wanted], []);
    case "schedule": {
      const called = calledBy(program, [wanted]);
      return removeFunctions(program, called, [wanted]);
    }
    case "queue": {
      const sources = program.usersOf(wanted).filter(({ className }) => className === "QueueEventSource");
      const consumers = calledBy(program, sources);
      refuseUse(program, wanted, [...sources, ...consumers]);
      return removeFunctions(program, consumers, [...sources, wanted]);
    }
    case "collection": {
      // A collection comes with a subject of its own name.
      const files = subjectFiles(program.folder, name);
      return files.length > 0 ? removeSubject(program, name) : removeFunctions(program, [], [wanted]);
    }
    default:
      refuseUse(program, wanted, []);
      return removeFunctions(program, [], [wanted]);
  }
}

const is =
  ({ className, name }: DeclaredComponent) =>
  (other: DeclaredComponent) =>
    other.className === className && other.name === name;
const isFunction = ({ className }: DeclaredComponent) => className === "LambdaFunction";

/** Functions that nothing but these calls. */
function calledBy(program: ProgramFile, sources: DeclaredComponent[]): DeclaredComponent[] {
  return program
    .components()
    .filter(isFunction)
    .filter((one) => {
      const users = program.usersOf(one);
      return users.length > 0 && users.every((user) => sources.some(is(user)));
    });
}

function componentOf(program: ProgramFile, kind: keyof typeof classes, name: string): DeclaredComponent {
  // The first collection came with its cluster.
  const wanted: string[] = kind === "collection" ? [classes[kind], "AtlasDatabase"] : [classes[kind]];
  const candidates = program.components().filter(({ className }) => wanted.includes(className));
  const found = candidates.find((one) => one.name === name);
  if (found) return found;
  const known = candidates.map((one) => one.name);
  throw new UserError(
    `There is no ${kind} ${name} in index.ts. There ${known.length === 1 ? "is" : "are"}: ${known.join(", ") || "none"}. Nothing was written.`,
  );
}

/** What a person added to it meanwhile would not run without it. */
function refuseUse(program: ProgramFile, wanted: DeclaredComponent, going: DeclaredComponent[]): void {
  const users = program.usersOf(wanted).filter((user) => !going.some(is(user)));
  if (users.length === 0) return;
  throw new UserError(
    `${wanted.name} is in use: ${users.map(({ name }) => name).join(", ")}. Remove ${users.length === 1 ? "it" : "them"} first, or ${users.length === 1 ? "its" : "their"} link to it in index.ts. Nothing was written.`,
  );
}

/** What calls these functions. */
function leadingTo(program: ProgramFile, functions: DeclaredComponent[]): DeclaredComponent[] {
  return functions
    .flatMap((one) => program.usersOf(one))
    .filter(({ className }) => callers.includes(className));
}

/** Functions with all that leads to them, and other components beside. */
function removeFunctions(
  program: ProgramFile,
  functions: DeclaredComponent[],
  others: DeclaredComponent[],
): FilePlan[] {
  const files = functions.flatMap((one) => filesOf(program, one));
  program.remove([...leadingTo(program, functions), ...functions, ...others]);
  return [{ file: "index.ts", text: program.text, state: "changed" }, ...files];
}

/** Handler, test and operation of one function; a file of operations that is empty then goes too. */
function filesOf(program: ProgramFile, component: DeclaredComponent): FilePlan[] {
  const entry = program.entryOf(component);
  if (entry === undefined) return [];
  const folder = path.dirname(entry);
  const test = path.join("tests", folder, `${path.basename(entry, ".ts")}.test.ts`);
  const files = [entry, test].filter((file) => existsSync(path.join(program.folder, file))).map(gone);
  const operations = path.join(folder, "operations.ts");
  const text = textOf(program.folder, operations);
  if (text === undefined) return files;
  const left = withoutExport(operations, text, component.name);
  if (left === text) return files;
  const isEmpty = !/^export /m.test(left);
  return [...files, isEmpty ? gone(operations) : { file: operations, text: left, state: "changed" }];
}

function withoutExport(operations: string, text: string, name: string): string {
  const file = new SourceText(text);
  const declared = file.source
    .getVariableStatements()
    .find((statement) => statement.getDeclarations()[0]?.getName() === name);
  if (declared) file.tidyAfter(operations, () => file.removeStatement(declared));
  return file.text;
}

function removeSubject(program: ProgramFile, subject: string): FilePlan[] {
  const { folder } = program;
  const components = program.components();
  const functions = components.filter(
    (one) => isFunction(one) && program.entryOf(one)?.startsWith(`functions/${subject}/`),
  );
  const files = subjectFiles(folder, subject);
  if (functions.length === 0 && files.length === 0) {
    const known = components.flatMap(
      (one) => /^functions\/([^/]+)\//.exec(program.entryOf(one) ?? "")?.[1] ?? [],
    );
    throw new UserError(
      `There is no subject ${subject}. There are: ${[...new Set(known)].join(", ")}. Nothing was written.`,
    );
  }
  const going = [...leadingTo(program, functions), ...functions];
  // Once its only users are gone; a cluster after the collections in it.
  for (const className of linked) {
    for (const one of components.filter((other) => other.className === className)) {
      const users = program.usersOf(one);
      const isLeft = users.some((user) => !going.some(is(user)));
      if (!isLeft && (users.length > 0 || one.name === subject)) going.push(one);
    }
  }
  program.remove(going);
  const seeds = withoutSeeds(folder, files);
  const plans: FilePlan[] = [
    { file: "index.ts", text: program.text, state: "changed" },
    ...(seeds === undefined ? [] : [seeds]),
    ...withoutPassages(folder, subject, ["index.ts", ...files, ...(seeds === undefined ? [] : [seeds.file])]),
    ...files.map(gone),
  ];
  refuseImports(folder, subject, plans);
  return plans;
}

/** Files and folders that are called after it: `functions/orders/…`, `data/orders.json`, `tests/api/orders.ts`. */
function subjectFiles(folder: string, subject: string): string[] {
  const named = new RegExp(`(^|/)${subject}[./]`);
  return projectFiles(folder).filter((file) => !file.startsWith("packages/") && named.test(file));
}

/** What stays is not made of a module that goes, in whatever way it asks for it. */
function refuseImports(folder: string, subject: string, plans: readonly FilePlan[]): void {
  const planned = new Map(plans.map((plan) => [plan.file, plan]));
  const goes = (file: string) => planned.get(file)?.state === "gone";
  for (const file of projectFiles(folder)) {
    if (!file.endsWith(".ts") || file.startsWith("packages/") || goes(file)) continue;
    const text = planned.get(file)?.text ?? textOf(folder, file) ?? "";
    // It stands in every path that leads to one of them.
    if (!text.includes(subject)) continue;
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      const from = path.join(path.dirname(file), fileName);
      if (goes(from)) {
        throw new UserError(
          `${file} imports ${from}, which would go. Move that away first. Nothing was written.`,
        );
      }
    }
  }
}

/**
 * What is about a subject in a file that stays: in a page between `<!-- orders -->` and `<!-- /orders -->`, in code between
 * `// #region orders` and `// #endregion`. Without an end the first line speaks of the whole file. `orders, visits` goes with the
 * first of them, `orders or visits` with the last.
 */
function withoutPassages(folder: string, subject: string, going: readonly string[]): FilePlan[] {
  const files = projectFiles(folder).filter((file) => !going.includes(file));
  const isLeft = (name: string) => files.some((file) => file.startsWith(path.join("functions", name, "/")));
  const goes = (about: string): boolean => {
    const several = about.split(" or ");
    if (several.length > 1) return several.includes(subject) && !several.some(isLeft);
    return about.split(", ").includes(subject);
  };
  return files
    .filter((file) => /\.(md|ts)$/.test(file) && !file.startsWith("packages/"))
    .flatMap((file): FilePlan[] => {
      const before = textOf(folder, file) ?? "";
      const { whole, passage } = file.endsWith(".md") ? inPages : inCode;
      const about = whole.exec(before)?.[1];
      if (about !== undefined && goes(about)) return [gone(file)];
      const cut = before.replace(passage, (all, named: string) => (goes(named) ? "" : all));
      if (cut === before) return [];
      const text = (file.endsWith(".md") ? cut : withoutIdleImports(file, before, cut)).replace(
        /\n{3,}/g,
        "\n\n",
      );
      return [{ file, text, state: "changed" }];
    });
}

const inPages = {
  whole: /^<!-- ([\w, -]+) -->\n(?!.*<!-- \/\1 -->)/s,
  passage: /<!-- ([\w, -]+) -->\n?.*?<!-- \/\1 -->\n?/gs,
};
const inCode = {
  // Regions of a passage are indented or end before the file does.
  whole: /^\/\/ #region ([\w, -]+)\n(?!(?:(?!#region).)*#endregion)/s,
  passage: /^[ \t]*\/\/ #region ([\w, -]+)\n(?:(?!#region).)*?#endregion\n/gms,
};

/** Imports and constants that the passage alone needed go with it. */
function withoutIdleImports(file: string, before: string, after: string): string {
  const source = new SourceText(before);
  source.tidyAfter(file, () => {
    source.text = after;
  });
  return source.text;
}

function textOf(folder: string, file: string): string | undefined {
  const found = path.join(folder, file);
  return existsSync(found) ? readFileSync(found, "utf8") : undefined;
}
