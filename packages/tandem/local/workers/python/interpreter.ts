/** The Python of this machine that functions run on: the program's own environment, else what the PATH has. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { findOnPath } from "../../find-on-path.ts";

export interface Python {
  /** Absolute path. */
  executable: string;
  /** `3.12` */
  version: string;
  /** Folders of installed packages: of them a function sees what Lambda's runtime brings along. */
  packages: string[];
}

const PYTHON = /^python(3\.\d+)$/;
/** Older ones tell nobody of the connections that a function opens. */
const OLDEST_MINOR = 8;
const PROBE_LIMIT_MS = 10_000;
const PROBE = `import json, site, sys
print(json.dumps([sys.executable, "%d.%d" % sys.version_info[:2], [p for p in sys.path if p.endswith("-packages")]]))`;

export const INSTALL =
  "install Python 3 (https://www.python.org/downloads/, or the machine's package manager)";

export function isPython(runtime: string): boolean {
  return PYTHON.test(runtime);
}

const found = new Map<string, Python | undefined>();
/** To ask one takes a tenth of a second, and several runtimes and programs may have the same. */
const probed = new Map<string, Python | undefined>();

/**
 * One of the runtime's version where there is one, else the first that works; undefined where none does.
 * @param runtime `python3.12`
 * @param projectFolder whose virtual environment comes first
 */
export function findPython(runtime: string, projectFolder: string): Python | undefined {
  const { PATH = "", VIRTUAL_ENV } = process.env;
  const key = JSON.stringify([runtime, projectFolder, PATH, VIRTUAL_ENV]);
  if (found.has(key)) return found.get(key);
  const environments = [VIRTUAL_ENV, ...[".venv", "venv"].map((name) => path.join(projectFolder, name))];
  const candidates = [
    ...environments.filter((one) => one !== undefined).map((folder) => path.join(folder, "bin/python3")),
    ...[runtime, "python3", "python"].flatMap((name) => findOnPath(name, process.env) ?? []),
  ];
  const wanted = PYTHON.exec(runtime)?.[1];
  let first: Python | undefined;
  for (const candidate of new Set(candidates)) {
    const python = existsSync(candidate) ? probedOnce(candidate, PATH) : undefined;
    first ??= python;
    if (python?.version === wanted) {
      first = python;
      break;
    }
  }
  found.set(key, first);
  return first;
}

/** @param searched the PATH, by which a stand-in finds what it stands for */
function probedOnce(candidate: string, searched: string): Python | undefined {
  const key = JSON.stringify([candidate, searched]);
  if (!probed.has(key)) probed.set(key, probe(candidate));
  return probed.get(key);
}

/** What lies on the PATH may be a stand-in of a version manager that has nothing behind it. */
function probe(candidate: string): Python | undefined {
  try {
    const answer = execFileSync(candidate, ["-c", PROBE], {
      encoding: "utf8",
      timeout: PROBE_LIMIT_MS,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [executable, version, packages] = JSON.parse(answer) as [string, string, string[]];
    const [major, minor] = version.split(".").map(Number);
    const isNewEnough = major === 3 && minor !== undefined && minor >= OLDEST_MINOR;
    return isNewEnough ? { executable, version, packages } : undefined;
  } catch {
    return undefined;
  }
}
