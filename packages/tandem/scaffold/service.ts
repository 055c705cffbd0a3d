/** A new service from this one: its files under another name, without history, data, state or anything installed. */

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { UserError } from "../shared/user-error.js";
import { writeByRename } from "../shared/write-by-rename.ts";
import { projectFiles } from "./project-files.ts";
import { checkServiceName } from "./service-name.ts";
import { type Setting, withoutState, withSettings } from "./stack-file.ts";

export interface ServiceRequest {
  /** Defaults to the folder's own name. */
  name?: string | undefined;
  /** AWS region of all stages. */
  region?: string | undefined;
  /** Settings of stage dev, `key=value`. */
  settings?: string[] | undefined;
}

/** Of the program and of its bootstrap; those of other folders belong to tests. */
const stackFile = /^(bootstrap.)?Pulumi\.[^.]+\.yaml$/;

interface Manifest {
  name: string;
  config: Record<string, { type: string }>;
}

/** Gives what is to be done next, for a person. */
export function newService(root: string, folder: string, request: ServiceRequest): string {
  const name = request.name ?? path.basename(folder);
  checkServiceName(root, name, "with --name");
  if (request.region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(request.region)) {
    throw new UserError(`--region ${JSON.stringify(request.region)} is no AWS region, e.g. eu-central-1.`);
  }
  const manifest = parse(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) as Manifest;
  const settings = (request.settings ?? []).map((setting) => readSetting(setting, manifest));
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new UserError(
      `${folder} is not empty; nothing was written. Name a folder that does not exist yet.`,
    );
  }
  const files = projectFiles(root);
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(folder, file));
  }
  edit(path.join(folder, "Pulumi.yaml"), (text) => text.replace(/^name: .*$/m, `name: ${name}`));
  for (const file of files.filter((candidate) => stackFile.test(candidate))) {
    edit(path.join(folder, file), (text) => {
      const ofDev = file === "Pulumi.dev.yaml" ? settings : [];
      const region = request.region === undefined ? [] : [["aws:region", request.region] as Setting];
      return withSettings(withoutState(text), manifest.name, [...region, ...ofDev]);
    });
  }
  return `${files.length} files written to ${folder}. The first command there installs packages and gives it its name:

  cd ${folder}
  npm test
  npm start`;
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
