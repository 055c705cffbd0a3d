/** The programs that can stand in for MongoDB here, and how each is started. */

import { homedir } from "node:os";
import path from "node:path";
import { makeFolder } from "../../shared/make-folder.js";

export type ServerKind = "mongod" | "ferretdb";

export interface ServerBinary {
  kind: ServerKind;
  /** Absolute path of the executable. */
  file: string;
  version: string;
}

/** How one kind is run: its arguments, the line by which it says that it listens, and how it is asked to end. */
export interface Launch {
  arguments: string[];
  ready: RegExp;
  /** FerretDB ends when its standard input closes, also when this process was killed. mongod needs a guardian. */
  endsWithInput: boolean;
}

export function launchOf(binary: ServerBinary, folder: string, port: number): Launch {
  const data = path.join(folder, binary.kind);
  makeFolder(data);
  if (binary.kind === "ferretdb") {
    return { arguments: [`127.0.0.1:${port}`, data], ready: /^listening on /, endsWithInput: true };
  }
  return {
    arguments: ["--dbpath", data, "--port", String(port), "--bind_ip", "127.0.0.1", "--quiet"],
    ready: /Waiting for connections/i,
    endsWithInput: false,
  };
}

/** What a search for a server needs of its run. */
export interface ObtainOptions {
  environment: NodeJS.ProcessEnv;
  log(line: string): void;
  /** Aborted when nobody waits for it any more. */
  signal?: AbortSignal;
}

/** Where what was downloaded or built once is kept for every checkout on this machine, outside `node_modules`. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const home = environment.HOME || homedir();
  return path.join(environment.XDG_CACHE_HOME || path.join(home, ".cache"), "tandem", "mongodb");
}
