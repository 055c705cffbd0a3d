/**
 * Which stacks a project has: one for each file `Pulumi.<stack>.yaml`, beside Pulumi.yaml or in the folder that it names. A project
 * none of whose stacks has a file (most public examples) has whichever is asked for.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { findProjectFile } from "../shared/own-project.ts";
import { UserError } from "../shared/user-error.js";
import { readYamlFile, type YamlFile } from "./yaml-file.ts";

/** Stack of what is done on this machine, unless another is named or is the only one. */
export const DEFAULT_STACK = "dev";
/** Stack that a program is judged by, likewise. */
const JUDGED_STACK = "prod";

export interface StackFiles {
  /** Where they are, absolute; it may not be there. */
  folder: string;
  /** Absolute, by stack. */
  files: ReadonlyMap<string, string>;
}

/** @param settings of Pulumi.yaml */
export function stackFilesIn(root: string, settings: YamlFile["content"]): StackFiles {
  const { config } = settings;
  const { stackConfigDir = typeof config === "string" ? config : "." } = settings;
  const folder = resolve(root, String(stackConfigDir));
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const names = isFolder ? readdirSync(folder).sort() : [];
  const files = new Map<string, string>();
  for (const name of names) {
    const stack = /^Pulumi\.(.+)\.ya?ml$/.exec(name)?.[1];
    // Of .yaml and .yml the first counts.
    if (stack !== undefined && !files.has(stack)) files.set(stack, join(folder, name));
  }
  return { folder, files };
}

/** Sorted; none where there is no project. */
export function stacksOf(cwd: string): string[] {
  return [...stackFilesOf(cwd).files.keys()].sort();
}

/** Absolute, and where it would be if there is none. @param stack its full name will do */
export function stackFile(cwd: string, stack: string): string {
  const name = shortName(stack);
  const { folder, files } = stackFilesOf(cwd);
  return files.get(name) ?? join(folder, `Pulumi.${name}.yaml`);
}

/** `dev` of `acme/shop/dev`. */
export function shortName(stack: string): string {
  return stack.slice(stack.lastIndexOf("/") + 1);
}

export function stackToRun(cwd: string): string {
  return onlyStackOr(DEFAULT_STACK, cwd);
}

export function stackToJudge(cwd: string): string {
  return onlyStackOr(JUDGED_STACK, cwd);
}

function onlyStackOr(usual: string, cwd: string): string {
  const [only, ...others] = stacksOf(cwd);
  return only !== undefined && others.length === 0 ? only : usual;
}

function stackFilesOf(cwd: string): StackFiles {
  const root = resolve(cwd);
  return stackFilesIn(root, settingsOf(findProjectFile(root)));
}

/** What may name a folder. To parse YAML costs a start 5 ms, and few projects have one. */
const NAMES_FOLDER = /\bstackConfigDir\b|\bconfig["']?[ \t]*:[ \t]*[^\s#{]/;

/** A damaged file has none: who records the program says what is wrong with it. */
function settingsOf(file: string | undefined): YamlFile["content"] {
  if (file === undefined) return {};
  try {
    if (statSync(file).isFile() && !NAMES_FOLDER.test(readFileSync(file, "utf8"))) return {};
    return readYamlFile(file).content;
  } catch (error) {
    if (error instanceof UserError) return {};
    throw error;
  }
}
