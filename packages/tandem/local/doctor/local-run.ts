/** What `npm start` needs. */

import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import { recordProgram } from "../../program/record-program.ts";
import { pinnedNode } from "../../shared/places.js";
import { UserError } from "../../shared/user-error.js";
import { findOnPath } from "../find-on-path.ts";
import { cacheFolder } from "../mongodb/binary.ts";
import { remembered } from "../mongodb/find-binary.ts";
import { StateFolder } from "../state-folder.ts";
import { type Finding, here, missing } from "./check.ts";
import { type Environment, isAtLeast, versionOf } from "./environment.ts";
import { installCommand } from "./install-commands.ts";

const LEAST_NPM = "10";
/** Of go.mod. */
const LEAST_GO = "1.24";
/** Where mongod is downloaded from, unless the variable names a mirror. */
const DOWNLOADS = "https://fastdl.mongodb.org";

/** Where a Node is pinned it runs this: packages are installed before any command runs. */
export function findNode(): Finding {
  const running = process.versions.node;
  const pinned = pinnedNode();
  if (pinned === undefined) return here(`${running}; no other is pinned here`);
  if (running === pinned.version) return here(`${running}, as pinned in package.json`);
  return missing(`${running} runs, ${pinned.version} is pinned in package.json`, "npm rebuild node");
}

export async function findNpm({ environment }: Environment): Promise<Finding> {
  const version = await versionOf("npm", ["--version"], environment);
  if (version === undefined) return missing("not on the PATH", installCommand("npm"));
  if (isAtLeast(version, LEAST_NPM)) return here(version);
  return missing(`${version}; ${LEAST_NPM} or newer is wanted`, "npm install --global npm@latest");
}

/** In the order in which the local run looks. */
export async function findMongodb({ environment, answers }: Environment): Promise<Finding> {
  if (environment.MONGODB_URI) return here("MONGODB_URI is set");
  const mongod = findOnPath("mongod", environment);
  if (mongod) return here(mongod);
  const known = remembered(cacheFolder(environment));
  if (known) return here(`${known.kind} ${known.version}, from an earlier start`);
  if (await answers(environment.MONGOMS_DOWNLOAD_MIRROR || DOWNLOADS)) {
    return here("none yet; the first start downloads mongod");
  }
  const go = await versionOf("go", ["version"], environment);
  if (go !== undefined && isAtLeast(go, LEAST_GO)) {
    return here(`none yet; the first start builds FerretDB with Go ${go}, which takes a minute`);
  }
  const reason =
    go === undefined ? "no Go to build FerretDB with" : `Go ${go}, ${LEAST_GO} or newer is wanted`;
  return missing(
    `no MONGODB_URI, no mongod on the PATH, no download of one, ${reason}`,
    installCommand("go"),
  );
}

export async function findProgram({ cwd, environment }: Environment, stack: string): Promise<Finding> {
  try {
    const { resources } = await recordProgram({ cwd, stack, bundle: false, environment: plain(environment) });
    return here(`stack ${stack} declares ${resources.filter(({ custom }) => custom).length} resources`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return missing(error.message, `npm start -- --stack ${stack} --verbose`);
  }
}

export async function findState({ cwd }: Environment, stack: string): Promise<Finding> {
  const run = await new StateFolder(cwd, stack).running();
  if (run) return here(`a local run of ${stack} is up${run.url ? ` on ${run.url}` : ""}`);
  const folder = [path.join(cwd, ".local", stack), path.join(cwd, ".local"), cwd].find((candidate) =>
    existsSync(candidate),
  );
  try {
    accessSync(folder ?? cwd, constants.W_OK);
    return here(folder === cwd ? "none yet" : path.relative(cwd, folder ?? cwd));
  } catch {
    return missing(`${folder} cannot be written`, `sudo chown -R "$USER" ${JSON.stringify(folder)}`);
  }
}

function plain(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
