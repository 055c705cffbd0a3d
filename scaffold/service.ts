/** A new service from this one: its files under another name, without history, data or anything installed. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../local/service.ts";
import { projectFiles } from "./project-files.ts";

export interface ServiceRequest {
  /** Defaults to the folder's own name. */
  name?: string | undefined;
  /** AWS region of all stages. */
  region?: string | undefined;
}

/** What Pulumi and npm both allow as a name. */
const namePattern = /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/;

/** Gives what is to be done next, for a person. */
export function newService(root: string, folder: string, request: ServiceRequest): string {
  const name = request.name ?? path.basename(folder);
  if (!namePattern.test(name)) {
    throw new UserError(
      `${JSON.stringify(name)} is no name for a service: 2 to 40 small letters, digits and hyphens, the first a letter. Give one with --name.`,
    );
  }
  if (request.region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(request.region)) {
    throw new UserError(`--region ${JSON.stringify(request.region)} is no AWS region, e.g. eu-central-1.`);
  }
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
  if (request.region !== undefined) {
    for (const file of files.filter((candidate) => /^Pulumi\.\w+\.yaml$/.test(candidate))) {
      edit(path.join(folder, file), (text) => text.replace(/^( *aws:region: ).*$/m, `$1${request.region}`));
    }
  }
  return `${files.length} files written to ${folder}. The first command there installs packages and gives it its name:

  cd ${folder}
  npm test
  npm start`;
}

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, "utf8")));
}
