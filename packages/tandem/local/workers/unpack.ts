/**
 * Puts the code of a function into a folder, so that a stack trace names a file. Folders are named after what is in
 * them: the same code is written once, and a folder never changes.
 */

import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Archive, archive, asset } from "../../program/reading/value.ts";
import type { Value } from "../../program/recording.ts";
import { makeFolder } from "../../shared/make-folder.js";
import { UserError } from "../../shared/user-error.js";
import { writeByRename } from "../../shared/write-by-rename.ts";
import { ownPackages, PACKAGES } from "./own-packages.ts";
import { unzip } from "./unzip.ts";
import { type ArchiveEntry, writeEntries } from "./write-entries.ts";

export interface UnpackedCode {
  /** Changes with every change of the code. */
  hash: string;
  /** Folder that holds it. */
  taskRoot: string;
  /** Beside the code, for V8's compiled form of the handler's file. */
  codeCache: string;
  /** Where a file of it was copied from; undefined where it was not, or comes out of an archive. */
  originOf(file: string): string | undefined;
}

/**
 * @param cwd folder that recorded paths start from
 * @param folder where unpacked code is kept
 */
export async function unpackCode(
  given: Value | undefined,
  cwd: string,
  folder: string,
): Promise<UnpackedCode> {
  const code = archive(given);
  if (!code) throw new UserError("The code of a function must be an archive of the program.");
  const hash = fingerprint(code, cwd);
  const target = path.join(folder, hash);
  const codeCache = `${target}.v8`;
  makeFolder(folder);
  const source = code.path === undefined ? undefined : existing(path.resolve(cwd, code.path));
  if (source && statSync(source).isDirectory())
    return { hash, taskRoot: source, codeCache, originOf: () => undefined };
  if (!isWhole(target)) {
    await wholeOrNotAtAll(target, (temporary) =>
      source ? unzip(source, temporary) : writeEntries(entriesOf(code, cwd), temporary),
    );
  }
  const originOf = (file: string) =>
    originIn(source ? [] : entriesOf(code, cwd), path.relative(target, file));
  return { hash, taskRoot: target, codeCache, originOf };
}

/** Several layers in one folder, each over those before it; names as in the cloud, files linked. */
export async function unpackOver(layers: readonly UnpackedCode[], folder: string): Promise<UnpackedCode> {
  const hash = createHash("sha256")
    .update(layers.map((layer) => layer.hash).join())
    .digest("hex")
    .slice(0, 32);
  const target = path.join(folder, hash);
  if (!isWhole(target)) {
    await wholeOrNotAtAll(target, (temporary) => {
      // What is there stays, so the last comes first.
      for (const { taskRoot } of layers.toReversed())
        for (const name of readdirSync(taskRoot))
          copyOver(path.join(taskRoot, name), path.join(temporary, name));
    });
  }
  return { hash, taskRoot: target, codeCache: `${target}.v8`, originOf: () => undefined };
}

function copyOver(source: string, target: string): void {
  cpSync(source, target, { recursive: true, force: false, dereference: true });
}

function originIn(entries: ArchiveEntry[], file: string): string | undefined {
  for (const entry of entries) {
    if ("text" in entry || entry.isArchive) continue;
    const inside = path.relative(entry.at, file);
    if (!inside.startsWith("..")) return path.join(entry.source, inside);
  }
  return undefined;
}

/** Whether it was unpacked before and every file is still as long as it was: a full disk or a crash cuts files. */
function isWhole(target: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(readFileSync(noteOf(target), "utf8")), sizesIn(target));
  } catch {
    return false; // not unpacked yet, or not to the end
  }
}

/** Beside the folder, which holds nothing but the function's own files. */
const noteOf = (target: string): string => `${target}.sizes`;

function sizesIn(folder: string): Record<string, number> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map((file) => [path.relative(folder, file), statSync(file).size]));
}

/** Removes what earlier runs unpacked and nobody uses any more. */
export function removeOtherCode(folder: string, used: ReadonlySet<string>): void {
  // None is there where no function of the program is one that runs here.
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const [hash = ""] = name.split(".");
    if (!used.has(hash)) rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

function entriesOf({ assets = {} }: Archive, cwd: string, prefix = ""): ArchiveEntry[] {
  return Object.entries(assets).flatMap(([key, value]): ArchiveEntry[] => {
    const at = path.join(prefix, key);
    const [file, inner] = [asset(value), archive(value)];
    if (file?.text !== undefined) return [{ at, text: file.text }];
    if (inner?.assets) return entriesOf(inner, cwd, at);
    const source = file?.path ?? inner?.path;
    if (source !== undefined) {
      return [{ at, source: existing(path.resolve(cwd, source)), isArchive: inner !== undefined }];
    }
    throw new UserError(
      `${JSON.stringify(at)} of a function's code lies outside of the program: it cannot be run here.`,
    );
  });
}

/** From the text of what is in the program, and from name, size and time of what lies in files. */
function fingerprint(code: Archive, cwd: string): string {
  const hash = createHash("sha256");
  if (code.path !== undefined) describePath(existing(path.resolve(cwd, code.path)), hash);
  for (const entry of entriesOf(code, cwd)) {
    hash.update(`\0${entry.at}\0`);
    if ("text" in entry) hash.update(entry.text);
    else describePath(entry.source, hash);
  }
  return hash.digest("hex").slice(0, 32);
}

/** @param seen folders that were described: links may lead back to them */
function describePath(
  file: string,
  hash: { update(text: string): unknown },
  seen: Set<string> = new Set(),
): void {
  const stats = statSync(file);
  hash.update(`${file}\0${stats.size}\0${stats.mtimeMs}\0`);
  const folder = `${stats.dev} ${stats.ino}`;
  if (!stats.isDirectory() || seen.has(folder)) return;
  seen.add(folder);
  // Of installed packages there are so many that reading them all would take seconds.
  const parts = path.basename(file) === PACKAGES ? ownPackages(file) : namesIn(file);
  for (const part of parts) describePath(part, hash, seen);
}

async function wholeOrNotAtAll(
  target: string,
  write: (temporary: string) => void | Promise<void>,
): Promise<void> {
  const temporary = `${target}.${process.pid}.${Date.now()}`;
  makeFolder(temporary);
  await write(temporary);
  // Another function with the same code may have been as fast; what is there and not whole is damaged.
  if (isWhole(target)) return rmSync(temporary, { recursive: true });
  rmSync(target, { recursive: true, force: true });
  writeByRename(noteOf(target), JSON.stringify(sizesIn(temporary)));
  renameSync(temporary, target);
}

function existing(file: string): string {
  if (!existsSync(file)) throw new UserError(`The code of a function names ${file}, which is not there.`);
  return file;
}

const namesIn = (folder: string): string[] =>
  readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name));
