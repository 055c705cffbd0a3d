/** Builds the FerretDB of `ferretdb/main.go` once a machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { constants, setPriority } from "node:os";
import path from "node:path";
import { makeFolder } from "../../shared/make-folder.js";
import type { ObtainOptions, ServerBinary } from "./binary.ts";

const source = path.join(import.meta.dirname, "ferretdb");
/** How often a build that takes about a minute says that it is still at work. */
const PROGRESS_MS = 10_000;

/** A new version of the source or its dependencies is another file. */
export function ferretdbFile(cache: string): string {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum", "main.go", "relay.go"])
    hash.update(readFileSync(path.join(source, file)));
  return path.join(cache, `ferretdb-${hash.digest("hex").slice(0, 12)}`);
}

export async function buildFerretdb(
  go: string,
  cache: string,
  { environment, log, signal }: ObtainOptions,
): Promise<ServerBinary> {
  const file = ferretdbFile(cache);
  const version = `${ferretdbVersion()} (SQLite)`;
  if (existsSync(file)) return { kind: "ferretdb", file, version };

  makeFolder(cache);
  const unfinished = `${file}.${process.pid}`;
  log(`MongoDB: building FerretDB ${ferretdbVersion()} (once on this machine, one to two minutes) …`);
  const started = Date.now();
  const progress = setInterval(() => {
    log(`MongoDB: still building FerretDB (${Math.round((Date.now() - started) / 1000)} s) …`);
  }, PROGRESS_MS);
  try {
    const flags = ["-trimpath", "-tags", "ferretdb_no_postgresql", "-ldflags", "-s -w", "-o", unfinished];
    const build = spawn(go, ["build", ...flags, "."], {
      cwd: source,
      env: { ...environment, CGO_ENABLED: "0", GOWORK: "off" },
      stdio: ["ignore", "ignore", "pipe"],
      ...(signal === undefined ? {} : { signal }),
    });
    if (build.pid !== undefined) setPriority(build.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    await succeeded(build);
    // Renamed last, so that two builds at once and a killed one leave either nothing or the whole file.
    renameSync(unfinished, file);
  } finally {
    clearInterval(progress);
    rmSync(unfinished, { force: true });
  }
  return { kind: "ferretdb", file, version };
}

function ferretdbVersion(): string {
  const goMod = readFileSync(path.join(source, "go.mod"), "utf8");
  return /FerretDB\/FerretDB v(\S+)/.exec(goMod)?.[1] ?? "";
}

function succeeded(build: ChildProcess): Promise<void> {
  let output = "";
  build.stderr?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    build.on("error", (error) => reject(new Error(`FerretDB could not be built: ${error.message}`)));
    build.on("close", (code) => {
      if (code === 0) resolve();
      else
        reject(new Error(`FerretDB could not be built: ${output.trim().split("\n").slice(-5).join("; ")}`));
    });
  });
}
