/** Reads a project: its name, its main file, and the config of one of its stacks. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readConfig } from "./config.ts";
import { ProjectError } from "./errors.ts";
import { readManifest } from "./package-manifest.ts";
import type { Recording, Value } from "./recording.ts";
import type { ConfigEntry } from "./session.ts";
import type { Folders } from "./values.ts";
import { readYamlFile, type YamlFile } from "./yaml-file.ts";

export interface Project {
  name: string;
  /** Name of the stack without organisation and project. */
  stack: string;
  /** The program's main file, absolute. */
  main: string;
  folders: Folders;
  config: Record<string, ConfigEntry>;
  warnings: Recording["diagnostics"];
}

export interface ProjectOptions {
  /** Folder that holds Pulumi.yaml. */
  cwd: string;
  stack: string;
  config?: Record<string, Value>;
}

/** @throws ProjectError that tells what to mend */
export function readProject({ cwd, stack, config = {} }: ProjectOptions): Project {
  const root = resolve(cwd);
  const projectFile = readYamlFile(findProjectFile(root));
  const name = projectFile.content.name;
  if (typeof name !== "string" || name === "") {
    throw new ProjectError(`${projectFile.place("name")}: the project has no name`);
  }
  requireNode(projectFile);
  const shortStack = stack.slice(stack.lastIndexOf("/") + 1);
  const { config: entries, warnings } = readConfig({
    project: name,
    projectFile,
    stack: shortStack,
    stackFile: findStackFile(root, projectFile, shortStack),
    given: config,
  });
  const main = mainFile(root, projectFile);
  const folders = { project: root, program: dirname(main) };
  return { name, stack: shortStack, main, folders, config: entries, warnings };
}

function findProjectFile(root: string): string {
  const found = ["Pulumi.yaml", "Pulumi.yml"].map((file) => join(root, file)).find(existsSync);
  if (found === undefined) {
    throw new ProjectError(`There is no Pulumi.yaml in ${root}. Name the folder of a Pulumi program.`);
  }
  return found;
}

function requireNode({ content, place }: YamlFile): void {
  const { runtime } = content as { runtime?: string | { name?: string } };
  const name = typeof runtime === "object" ? runtime.name : runtime;
  if (name !== undefined && name !== "nodejs") {
    throw new ProjectError(
      `${place("runtime")}: the program runs on ${name}; only programs for nodejs can be recorded`,
    );
  }
}

/**
 * A project none of whose stacks has a file (most public examples) goes with what Pulumi.yaml and the caller set; where
 * some have one, a name without is a mistake.
 */
function findStackFile(root: string, { content }: YamlFile, stack: string): YamlFile | undefined {
  const { config, stackConfigDir = typeof config === "string" ? config : "." } = content as Record<
    string,
    string
  >;
  const folder = resolve(root, stackConfigDir);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const stacks = files.flatMap((file) => /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1] ?? []);
  if (!stacks.includes(stack)) {
    if (stacks.length === 0) return undefined;
    throw new ProjectError(
      `There is no stack "${stack}": ${folder} has no file Pulumi.${stack}.yaml. Stacks there: ${stacks.sort().join(", ")}.`,
    );
  }
  const extension = files.includes(`Pulumi.${stack}.yaml`) ? "yaml" : "yml";
  return readYamlFile(join(folder, `Pulumi.${stack}.${extension}`));
}

/** Where Pulumi looks: `main` of Pulumi.yaml, then that of package.json, then an index file. */
function mainFile(root: string, { content, place }: YamlFile): string {
  const named = typeof content.main === "string" ? content.main : ".";
  const path = resolve(root, named);
  if (!existsSync(path)) throw new ProjectError(`${place("main")}: there is no ${path}`);
  if (!statSync(path).isDirectory()) return path;
  const candidates = [
    packageMain(path),
    "index.js",
    "index.mjs",
    "index.cjs",
    "index.ts",
    "index.mts",
    "index.cts",
  ];
  const found = candidates.find((file) => file !== undefined && isFile(join(path, file)));
  if (found === undefined) {
    throw new ProjectError(
      `There is no program in ${path}: no index.ts or index.js, and Pulumi.yaml names no main file`,
    );
  }
  return join(path, found);
}

function packageMain(folder: string): string | undefined {
  const file = join(folder, "package.json");
  return existsSync(file) ? readManifest(file).main : undefined;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
