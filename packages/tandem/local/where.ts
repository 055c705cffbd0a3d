/** Finds the sources of places in what a deployed function logged: by the map that was kept, or by building what was deployed once more. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Recording } from "../program/recording.ts";
import { UserError } from "../shared/user-error.js";
import { matchBuilds } from "./rebuild.ts";
import { FunctionPlaces, shownPlace } from "./source-maps/function-places.ts";
import { keptMap } from "./source-maps/kept-maps.ts";
import { namesPlace, replacePlaces } from "./source-maps/places-in-text.ts";
import { type FunctionSettings, runnableFunctions } from "./workers/settings.ts";
import { unpackCode } from "./workers/unpack.ts";

export interface WhereOptions {
  /** A frame, a line of a log, or many. */
  text: string;
  /** Logical or physical name, where the text has none. */
  functionName?: string | undefined;
  /** Folder of the program whose maps and code are looked at. */
  cwd: string;
  /** As a person calls what lies there, e.g. `this checkout`. */
  called: string;
  record(): Promise<Recording>;
  /** A line for the person, besides the answer. */
  log(line: string): void;
}

/** Which code a place belongs to, as far as it is known. */
interface Code {
  bundle: string | undefined;
  functionName: string | undefined;
}

type Resolve = (text: string) => string | Promise<string>;

const PYTHON_FRAME = /\bFile "[^"]+\.py", line \d+/;

const BUNDLE = /"bundle":\s*"([0-9a-f]{8,64})"/;
/** As Powertools logs it, or in the name of the log group. */
const FUNCTION_NAME = /"function_name":\s*"([\w-]+)"|\/aws\/lambda\/([\w-]+)/;

export async function where(asked: WhereOptions): Promise<string> {
  const { text, functionName } = asked;
  if (!namesPlace(text) && PYTHON_FRAME.test(text))
    throw new UserError(
      "A trace of Python names the sources itself: /var/task is the folder of the function's code.",
    );
  if (!namesPlace(text))
    throw new UserError(
      `There is no place such as index.js:30:1730 in ${JSON.stringify(text.slice(0, 200))}.`,
    );
  const program = new Program(asked);
  try {
    const lines: string[] = [];
    for (const line of text.split("\n")) {
      if (!namesPlace(line)) lines.push(line);
      else {
        const bundle = (BUNDLE.exec(line) ?? BUNDLE.exec(text))?.[1];
        const resolve = await program.resolverOf({
          bundle,
          functionName: functionName ?? nameIn(line) ?? nameIn(text),
        });
        lines.push(await resolve(spreadOut(line)));
      }
    }
    const answer = lines.join("\n");
    if (answer === text.split("\n").map(spreadOut).join("\n")) throw new UserError(program.whyUnknown());
    return answer;
  } finally {
    program.close();
  }
}

/** The code of a program's functions, looked at when it is first needed. */
class Program {
  readonly #asked: WhereOptions;
  readonly #known = new Map<string, Promise<Resolve>>();
  readonly #places: FunctionPlaces[] = [];
  #recording: Promise<Recording> | undefined;
  #folder: string | undefined;

  constructor(asked: WhereOptions) {
    this.#asked = asked;
  }

  resolverOf(code: Code): Promise<Resolve> {
    const key = JSON.stringify(code);
    const known = this.#known.get(key) ?? this.#find(code);
    this.#known.set(key, known);
    return known;
  }

  /** Why no place was found. */
  whyUnknown(): string {
    const files = new Set(this.#places.flatMap(({ withoutMap }) => [...withoutMap]));
    if (files.size === 0) return "The source map of that code knows none of these places.";
    return `None of these places is known. ${[...files].map(withoutMap).join(" ")}`;
  }

  close(): void {
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }

  async #find({ bundle, functionName }: Code): Promise<Resolve> {
    const { cwd, log, called } = this.#asked;
    const kept = bundle === undefined ? undefined : keptMap(cwd, bundle);
    if (kept)
      return (text) => replacePlaces(text, (place) => shownPlace(kept.find(place.line, place.column), cwd));
    this.#recording ??= this.#asked.record();
    const recording = await this.#recording;
    const functions = runnableFunctions(recording);
    const hashes = hashesIn(recording);
    if (bundle !== undefined) {
      const carrier = functions.find(({ logicalName }) => hashes.get(logicalName)?.startsWith(bundle));
      if (!carrier)
        throw new UserError(notBuilt(bundle, functionNamed(functionName, functions), hashes, called));
      return this.#resolver(carrier, recording);
    }
    const chosen =
      functionNamed(functionName, functions) ?? (functions.length === 1 ? functions[0] : undefined);
    if (!chosen) {
      const names = functions.map(({ logicalName }) => logicalName).sort();
      const which =
        functionName === undefined ? "Which function?" : `The program declares no function ${functionName}.`;
      throw new UserError(`${which} Say --function <name>. There are: ${names.join(", ") || "none"}.`);
    }
    log(`No bundle is named: these are the places of ${chosen.logicalName} as ${called} builds it.`);
    return this.#resolver(chosen, recording);
  }

  async #resolver(settings: FunctionSettings, { cwd, builds }: Recording): Promise<Resolve> {
    this.#folder ??= mkdtempSync(path.join(tmpdir(), "tandem-where-"));
    const code = await unpackCode(settings.code, cwd, this.#folder);
    const { log } = this.#asked;
    const places = new FunctionPlaces({ ...code, projectFolder: cwd, builds, bare: true, report: log });
    this.#places.push(places);
    return (text) => places.resolve(text);
  }
}

/** As the SDK calls what it writes of a function that is part of the program. */
const INLINE_FILE = /(^|\/)__index\.js$/;

function withoutMap(file: string): string {
  if (INLINE_FILE.test(file))
    return `${file} is what Pulumi writes of a function that is part of the program, anew and without a source map.`;
  if (file.startsWith("/opt/")) return `${file} is of a layer, of which no source is looked for.`;
  if (file.includes("node_modules/")) return `${file} is of a package, of which no source is looked for.`;
  return `${file} has no source map, or is not in that code.`;
}

/** Of bundles, by the logical name of the function that carries them. */
function hashesIn(recording: Recording): Map<string, string> {
  return new Map(
    matchBuilds(recording).flatMap(({ build, functions }) =>
      functions.map(({ name }): [string, string] => [name, build.hash]),
    ),
  );
}

function notBuilt(
  bundle: string,
  carrier: FunctionSettings | undefined,
  hashes: Map<string, string>,
  called: string,
): string {
  const built = carrier && hashes.get(carrier.logicalName)?.slice(0, bundle.length);
  const instead = built ? `: of ${carrier.logicalName} it builds ${built}` : "";
  return (
    `The map of bundle ${bundle} is not in .local/maps, and ${called} does not build that bundle${instead}. ` +
    "Name the commit that was deployed with --revision <commit>, or put the maps that its deployment kept into .local/maps."
  );
}

/** Physical names differ from stage to stage and end with the logical one. */
function functionNamed(
  name: string | undefined,
  functions: FunctionSettings[],
): FunctionSettings | undefined {
  if (name === undefined) return undefined;
  return (
    functions.find((one) => one.logicalName === name || one.name === name) ??
    functions
      .filter(({ logicalName }) => name.endsWith(`-${logicalName}`))
      .sort((a, b) => b.logicalName.length - a.logicalName.length)[0]
  );
}

function nameIn(text: string): string | undefined {
  const [, logged, group] = FUNCTION_NAME.exec(text) ?? [];
  return logged ?? group;
}

/** A line of JSON is spread out, a frame a line; what stands before it (a time) stays. */
function spreadOut(line: string): string {
  const start = line.indexOf("{");
  if (start < 0) return line;
  try {
    return line.slice(0, start) + JSON.stringify(JSON.parse(line.slice(start)), null, 2);
  } catch {
    return line; // a brace in a text
  }
}
