/**
 * Values of secrets and parameters, kept from start to start in a file that only its owner reads: what was made up here, and what
 * functions have put. A value that the program gives anew goes before what was put, as at a deployment.
 */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { chmodSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isObject } from "../../shared/json.ts";

export interface Version {
  id: string;
  stages: string[];
  value: string;
  /** Bytes, as base64. */
  isBinary: boolean;
  /** Seconds since 1970. */
  created: number;
}

interface Kept {
  /** Hash of what the program gave; the value itself is among the versions. */
  declared?: string;
  /** The newest last. */
  versions: Version[];
}

export const CURRENT = "AWSCURRENT";
export const PREVIOUS = "AWSPREVIOUS";
/** Versions that are kept of one secret or parameter. */
const MOST_VERSIONS = 100;
const MADE_UP_BYTES = 24;

export class KeptValues {
  readonly #file: string;
  readonly #kept: Map<string, Kept>;

  /** Throws where the file is there and cannot be read: what was put by functions would be lost. */
  constructor(file: string) {
    this.#file = file;
    this.#kept = read(file);
  }

  versions(arn: string): readonly Version[] {
    return this.#kept.get(arn)?.versions ?? [];
  }

  /** @param value undefined: made up once, and kept */
  declare(arn: string, { value, isBinary = false, versionId }: Declared): void {
    const known = this.#kept.get(arn);
    const hash = value === undefined ? "made up" : createHash("sha256").update(value).digest("hex");
    if (known?.declared === hash) return;
    const given = value ?? randomBytes(MADE_UP_BYTES).toString(isBinary ? "base64" : "base64url");
    const id = known?.versions.some((version) => version.id === versionId) ? undefined : versionId;
    this.put(arn, { value: given, isBinary, ...(id === undefined ? {} : { id }) }, hash);
  }

  put(
    arn: string,
    { value, isBinary = false, id = randomUUID(), stages = [CURRENT] }: Put,
    declared = this.#kept.get(arn)?.declared,
  ): Version {
    const before = this.versions(arn);
    const created = Date.now() / 1_000;
    const version = { id, stages, value, isBinary, created };
    const versions = [...before.map((one) => ({ ...one, stages: left(one.stages, stages) })), version];
    this.#kept.set(arn, {
      ...(declared === undefined ? {} : { declared }),
      versions: versions.slice(-MOST_VERSIONS),
    });
    this.#write();
    return version;
  }

  #write(): void {
    const temporary = `${this.#file}.new`;
    writeFileSync(temporary, JSON.stringify(Object.fromEntries(this.#kept)), { mode: 0o600 });
    // The mode above holds for a new file only.
    chmodSync(temporary, 0o600);
    renameSync(temporary, this.#file);
  }
}

interface Declared {
  value: string | undefined;
  isBinary?: boolean;
  versionId?: string;
}

interface Put {
  value: string;
  isBinary?: boolean;
  id?: string;
  stages?: string[];
}

/** A label is on one version: the new one takes it, and what was current becomes the previous one. */
function left(stages: readonly string[], taken: readonly string[]): string[] {
  const rest = stages.filter(
    (stage) => !taken.includes(stage) && !(stage === PREVIOUS && taken.includes(CURRENT)),
  );
  return stages.includes(CURRENT) && taken.includes(CURRENT) ? [...rest, PREVIOUS] : rest;
}

function read(file: string): Map<string, Kept> {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw error;
  }
  const parsed: unknown = JSON.parse(content);
  return new Map(isObject(parsed) ? (Object.entries(parsed) as [string, Kept][]) : []);
}
