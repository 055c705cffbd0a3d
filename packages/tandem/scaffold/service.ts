/** A new service from this one: its program under another name, with the tool as a dependency. */

import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { picturesOf } from "../review/graph/pictures.ts";
import { generateDescription, recordGuarded } from "../review/openapi/generate.ts";
import { UserError } from "../shared/user-error.js";
import { writeByRename } from "../shared/write-by-rename.ts";
import { format } from "./format.ts";
import { packTool } from "./pack-tool.ts";
import { writePlan } from "./plan.ts";
import { ProgramFile } from "./program-file.ts";
import { projectFiles } from "./project-files.ts";
import { planRemoval } from "./remove.ts";
import { renamed, toolFolder } from "./rename.ts";
import {
  isOfService,
  manifestOf,
  OPEN_NAME,
  readmeOf,
  settingsOf,
  withOpenDescription,
  withOpenName,
  withoutTemplate,
} from "./service-files.ts";
import { checkServiceName } from "./service-name.ts";
import { type Setting, withoutState, withSettings } from "./stack-file.ts";

export interface ServiceRequest {
  /** Of the tool, by the names of their npm scripts. */
  commands: Readonly<Record<string, string>>;
  /** Defaults to the folder's own name. */
  name?: string | undefined;
  /** AWS region of all stages. */
  region?: string | undefined;
  /** Settings of stage dev, `key=value`. */
  settings?: string[] | undefined;
  /** Without examples: hello and the API's description alone. */
  empty?: boolean | undefined;
  /** Made for `pulumi new`, which asks for the name and fills it in. */
  template?: boolean | undefined;
}

const STACK_FILE = /^Pulumi\.[^.]+\.yaml$/;

interface Manifest {
  name: string;
  config: Record<string, { type: string }>;
}

/** Gives what is to be done next, for a person. */
export async function newService(root: string, folder: string, request: ServiceRequest): Promise<string> {
  const manifest = parse(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) as Manifest;
  if (request.template && request.name !== undefined)
    throw new UserError("A template has no name of its own: `pulumi new` asks for it. Leave --name out.");
  const name = request.template ? manifest.name : (request.name ?? path.basename(folder));
  if (!request.template) checkServiceName(root, name, "with --name");
  if (request.region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(request.region)) {
    throw new UserError(`--region ${JSON.stringify(request.region)} is no AWS region, e.g. eu-central-1.`);
  }
  const settings = (request.settings ?? []).map((setting) => readSetting(setting, manifest));
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new UserError(
      `${folder} is not empty; nothing was written. Name a folder that does not exist yet.`,
    );
  }
  const tarball = `vendor/${await packTool(path.join(root, toolFolder), path.join(folder, "vendor"))}`;
  const own = manifest.name;
  for (const file of projectFiles(root).filter(isOfService)) {
    write(folder, renamed(file, own, name), renamed(readFileSync(path.join(root, file), "utf8"), own, name));
  }
  for (const [file, text] of Object.entries(settingsOf(root))) write(folder, file, renamed(text, own, name));
  write(
    folder,
    "package.json",
    `${JSON.stringify(manifestOf(root, name, tarball, request.commands), null, 2)}\n`,
  );
  write(folder, "README.md", readmeOf(name, tarball));
  if (!request.template) edit(path.join(folder, "Pulumi.yaml"), withoutTemplate);
  // The tool in vendor/ is part of the service.
  edit(path.join(folder, ".gitignore"), (text) => text.replace("*.tgz\n", ""));
  for (const file of readdirSync(folder).filter((candidate) => STACK_FILE.test(candidate))) {
    edit(path.join(folder, file), (text) => {
      const ofDev = file === "Pulumi.dev.yaml" ? settings : [];
      const region = request.region === undefined ? [] : [["aws:region", request.region] as Setting];
      return withSettings(withoutState(text), name, [...region, ...ofDev]);
    });
  }
  if (request.empty) for (const subject of subjectsOf(folder)) removeSubject(folder, subject);
  await withPackagesOf(root, folder, async () => {
    const recording = await recordGuarded(folder);
    for (const [file, text] of await generateDescription(folder, recording)) write(folder, file, text);
    for (const [file, svg] of picturesOf(recording)) write(folder, path.join("docs", file), svg);
    format(folder, changed(root, folder));
  });
  if (request.template) leaveNameOpen(folder, own);
  const count = projectFiles(folder).length;
  if (request.template) {
    return `${count} files written to ${folder}. In an empty folder:

  pulumi new ${folder}

or put them into a repository of their own: pulumi new https://github.com/<owner>/<repository>`;
  }
  return `${count} files written to ${folder}. In it:

  cd ${folder}
  npm install
  npm test
  npm start`;
}

/** Those that are there for an example. */
const subjectsOf = (folder: string): string[] =>
  readdirSync(path.join(folder, "functions"), { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isDirectory() && existsSync(path.join(folder, "functions", entry.name, "operations.ts")),
    )
    .map(({ name }) => name)
    .filter((name) => name !== "hello" && name !== "openapi");

function removeSubject(folder: string, subject: string): void {
  writePlan(folder, planRemoval(new ProgramFile(folder), "subject", subject));
}

/** What is generated is made by the program itself, before anything is installed there. */
async function withPackagesOf(root: string, folder: string, work: () => Promise<void>): Promise<void> {
  const link = path.join(folder, "node_modules");
  symlinkSync(path.join(root, "node_modules"), link);
  try {
    await work();
  } finally {
    rmSync(link);
  }
}

/** Every other file is formatted as it is in the checkout. */
function changed(root: string, folder: string): string[] {
  const text = (of: string, file: string) => readFileSync(path.join(of, file), "utf8");
  return projectFiles(folder).filter(
    (file) => !existsSync(path.join(root, file)) || text(root, file) !== text(folder, file),
  );
}

/** In every file that is text `pulumi new` fills in the project's name; names of files stay as they are. */
function leaveNameOpen(folder: string, own: string): void {
  for (const file of projectFiles(folder)) {
    if (renamed(file, own, "") !== file) rmSync(path.join(folder, file));
    // Its scripts call the tool by its own name.
    else if (file === "package.json") edit(path.join(folder, file), withOpenName);
    else if (file === "Pulumi.yaml")
      edit(path.join(folder, file), (text) => renamed(withOpenDescription(text), own, OPEN_NAME));
    else if (!file.endsWith(".tgz")) edit(path.join(folder, file), (text) => renamed(text, own, OPEN_NAME));
  }
}

function write(folder: string, file: string, text: string): void {
  writeByRename(path.join(folder, file), text);
}

function readSetting(setting: string, { config }: Manifest): Setting {
  const [key = "", ...rest] = setting.split("=");
  const known = Object.entries(config).filter(([, { type }]) => type !== "array");
  const type = Object.fromEntries(known)[key]?.type;
  if (type === undefined || rest.length === 0) {
    throw new UserError(
      `--config ${JSON.stringify(setting)} is no setting: <key>=<value> is wanted, with a key of ${known.map(([name]) => name).join(", ")}.`,
    );
  }
  const value = rest.join("=");
  return [key, type === "string" ? value : parse(value)];
}

function edit(file: string, change: (text: string) => string): void {
  writeByRename(file, change(readFileSync(file, "utf8")));
}
