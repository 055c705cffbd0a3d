/** Reads a project: its name, its main file, and the config of one of its stacks. */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { projectFileOf } from "../shared/own-project.ts";
import { nearest } from "../shared/places.js";
import { UserError } from "../shared/user-error.js";
import { readConfig } from "./config.ts";
import { type EntryPoint, findEntryPoint } from "./entry-point.ts";
import { notFollowed, splitWords } from "./node-arguments.ts";
import type { Recording, Value } from "./recording.ts";
import type { ConfigEntry } from "./session.ts";
import { shortName, stackFilesIn } from "./stack-files.ts";
import type { Folders } from "./values.ts";
import { readYamlFile, type YamlFile } from "./yaml-file.ts";

export interface Project {
  name: string;
  /** Name of the stack without organisation and project. */
  stack: string;
  /** The program's main file, absolute. */
  main: string;
  folders: Folders;
  compiler: CompilerOptions;
  /** What Node is started with. */
  nodeArguments: string[];
  config: Record<string, ConfigEntry>;
  warnings: Recording["diagnostics"];
}

/** What Pulumi.yaml says of how Pulumi compiles the program. */
export interface CompilerOptions {
  /** False: Node runs the program's files as they are. */
  typescript: boolean;
  /** Its tsconfig.json, absolute; there may be none. */
  tsconfig: string;
}

export interface ProjectOptions {
  /** Folder that holds Pulumi.yaml. */
  cwd: string;
  stack: string;
  config?: Record<string, Value>;
}

/** @throws UserError that tells what to mend */
export function readProject({ cwd, stack, config = {} }: ProjectOptions): Project {
  const root = resolve(cwd);
  const projectFile = readYamlFile(projectFileOf(root));
  const name = projectFile.content.name;
  if (typeof name !== "string" || name === "") {
    throw new UserError(`${projectFile.place("name")}: the project has no name`);
  }
  requireNode(projectFile);
  const shortStack = shortName(stack);
  const { config: entries, warnings } = readConfig({
    project: name,
    projectFile,
    stack: shortStack,
    stackFile: readStackFile(root, projectFile, shortStack),
    given: config,
  });
  const { typescript = true, tsconfig, nodeArguments } = runtimeOptions(projectFile);
  const { main, program } = entryPoint(root, projectFile, typescript);
  const compiler = { typescript, tsconfig: resolve(program, tsconfig ?? "tsconfig.json") };
  if (tsconfig !== undefined && !existsSync(compiler.tsconfig)) {
    throw new UserError(
      `${projectFile.place("runtime", "options", "tsconfig")}: there is no ${compiler.tsconfig}`,
    );
  }
  const folders = { project: root, program, repository: nearest(root, ".git") };
  return { name, stack: shortStack, main, folders, compiler, nodeArguments, config: entries, warnings };
}

function requireNode({ content, place }: YamlFile): void {
  const { runtime } = content as { runtime?: string | { name?: string } };
  const name = typeof runtime === "object" ? runtime.name : runtime;
  if (name !== undefined && name !== "nodejs") {
    throw new UserError(
      `${place("runtime")}: the program runs on ${name}; only programs for nodejs can be recorded`,
    );
  }
}

/** Where some stacks have a file, a name without is a mistake. */
function readStackFile(root: string, { content }: YamlFile, stack: string): YamlFile | undefined {
  const { folder, files } = stackFilesIn(root, content);
  const file = files.get(stack);
  if (file !== undefined) return readYamlFile(file);
  if (files.size === 0) return undefined;
  const names = [...files.keys()].sort().join(", ");
  throw new UserError(
    `There is no stack "${stack}": ${folder} has no file Pulumi.${stack}.yaml. Stacks there: ${names}. Name one by --stack.`,
  );
}

interface RuntimeOptions {
  typescript?: boolean;
  tsconfig?: string;
  nodeArguments: string[];
}

/** A value of another type is none that Pulumi takes. */
function runtimeOptions({ content, place }: YamlFile): RuntimeOptions {
  const { runtime } = content as { runtime?: string | { options?: Record<string, unknown> | null } | null };
  const options = (typeof runtime === "object" && runtime?.options) || {};
  const refuse = (name: string, why: string): never => {
    throw new UserError(`${place("runtime", "options", name)}: ${name} ${why}`);
  };
  const { typescript, tsconfig, nodeargs = "" } = options;
  if (typescript !== undefined && typeof typescript !== "boolean")
    return refuse("typescript", "must be true or false");
  if (tsconfig !== undefined && typeof tsconfig !== "string")
    return refuse("tsconfig", "must be the name of a file");
  if (typeof nodeargs !== "string") return refuse("nodeargs", "must be one text, e.g. --import=./first.js");
  return {
    ...(typescript !== undefined && { typescript }),
    ...(tsconfig !== undefined && { tsconfig }),
    nodeArguments: nodeArgumentsOf(nodeargs, (why) => refuse("nodeargs", why)),
  };
}

function nodeArgumentsOf(nodeargs: string, refuse: (why: string) => never): string[] {
  try {
    const words = splitWords(nodeargs);
    const refused = notFollowed(words);
    return refused === undefined
      ? words
      : refuse(
          `has ${refused}: with it Node does not run the program by itself, so that it cannot be recorded`,
        );
  } catch (error) {
    if (error instanceof UserError) throw error;
    return refuse((error as Error).message);
  }
}

function entryPoint(root: string, { content, place }: YamlFile, typescript: boolean): EntryPoint {
  const named = content.main ?? undefined;
  if (named !== undefined && typeof named !== "string")
    throw new UserError(
      `${place("main")}: main is ${JSON.stringify(named)}; it must be the name of a file or folder`,
    );
  const path = resolve(root, named ?? ".");
  const found = findEntryPoint(path, typescript);
  if (found !== undefined) return found;
  if (named !== undefined && !existsSync(path)) throw new UserError(`${place("main")}: there is no ${path}`);
  const stripped = typescript ? "" : ", and with typescript: false Pulumi looks for no index.ts of CommonJS";
  throw new UserError(
    `There is no program in ${path}: no index.ts or index.js${stripped}, and Pulumi.yaml names no main file`,
  );
}
