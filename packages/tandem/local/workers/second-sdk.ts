/**
 * Which functions hold version 2 of AWS's SDK. It follows no variable to the local stores: as a package of its own it is
 * pointed at them (runtime/second-sdk.cjs), within a bundle nothing can be, and each of its calls is refused.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { writeByRename } from "../../shared/write-by-rename.ts";
import type { Functions } from "./function-catalog.ts";
import type { UnpackedCode } from "./unpack.ts";

type SecondSdk = "package" | "bundled";

const answers = ["package", "bundled", "none"] as const;

/** Of its way to say that an address was not found; stays whatever a bundler does to the code. */
const OWN_WORDS = "Inaccessible host: `";
/** As it is imported; version 3's packages are called `@aws-sdk/…`. */
const IMPORT = /["']aws-sdk["'/]/;
/** More is no code that somebody wrote; who is not found here still is refused at each call. */
const MOST_FILES = 500;
const LARGEST_FILE = 33_554_432;

/** Code never changes under its hash, so it is looked through once and the answer is kept beside it. */
export function secondSdkIn({
  taskRoot,
  codeCache,
}: Pick<UnpackedCode, "taskRoot" | "codeCache">): SecondSdk | undefined {
  const file = `${codeCache}.sdk`;
  const known = answers.find((answer) => answer === readIfThere(file));
  const answer = known ?? lookThrough(taskRoot) ?? "none";
  if (known === undefined) writeByRename(file, answer);
  return answer === "none" ? undefined : answer;
}

/** Says of each function and code once that it holds one. */
export class SecondSdkReports {
  readonly #allowCloud: boolean;
  readonly #looked = new Set<string>();

  constructor(allowCloud: boolean) {
    this.#allowCloud = allowCloud;
  }

  report(functions: Functions, log: (line: string) => void): void {
    for (const { settings, code } of functions.values()) {
      const build = `${settings.name} ${code.hash}`;
      if (this.#looked.has(build)) continue;
      this.#looked.add(build);
      const found = secondSdkIn(code);
      if (found) log(secondSdkLine(settings.logicalName, found, this.#allowCloud));
    }
  }
}

function lookThrough(taskRoot: string): SecondSdk | undefined {
  if (existsSync(path.join(taskRoot, "node_modules", "aws-sdk", "lib", "core.js"))) return "package";
  let found: SecondSdk | undefined;
  for (const file of filesOf(taskRoot)) {
    // A character a byte: all that is looked for is ASCII, and decoding UTF-8 takes longer than the search.
    const code = readFileSync(file, "latin1");
    if (code.includes(OWN_WORDS)) return "bundled";
    if (IMPORT.test(code)) found = "package";
  }
  return found;
}

function secondSdkLine(functionName: string, how: SecondSdk, allowCloud: boolean): string {
  const start = `Function ${functionName} holds version 2 of AWS's SDK`;
  return how === "package"
    ? `${start}: its calls reach the local stores, those to services that are not there are refused.`
    : `${start} within its bundle, where it cannot be pointed at the local stores: each of its calls ${allowCloud ? "goes to the cloud" : "is refused"}. Use version 3, or keep "aws-sdk" out of the bundle.`;
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** A link may lead nowhere. */
function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? Number.POSITIVE_INFINITY;
}

function filesOf(folder: string): string[] {
  const found: string[] = [];
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined && found.length < MOST_FILES; at = folders.pop()) {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const file = path.join(at, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules") folders.push(file);
      } else if (/\.[cm]?js$/.test(entry.name) && sizeOf(file) <= LARGEST_FILE) found.push(file);
    }
  }
  return found.slice(0, MOST_FILES);
}
