/** The secret that every local key derives from: random, one a project folder, readable by its owner alone. */

import { randomBytes } from "node:crypto";
import { chmodSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../../shared/make-folder.js";
import { UserError } from "../../shared/user-error.js";
import { useSalt } from "./credentials.ts";

const OWNER_ALONE = { folder: 0o700, file: 0o600 };
const SALT = /^[A-Za-z0-9_-]{43}$/;

/** From now on keys are those of the local runs of this program's folder. */
export function useKeysOf(cwd: string): void {
  const folder = path.join(cwd, ".local");
  const file = path.join(folder, "salt");
  try {
    makeFolder(folder);
    chmodSync(folder, OWNER_ALONE.folder);
    useSalt(readSalt(file) ?? makeSalt(file));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${file} cannot be used: ${(error as Error).message}. The keys of the local stores derive from it.`,
    );
  }
}

function readSalt(file: string): string | undefined {
  let salt: string;
  try {
    salt = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  if (!SALT.test(salt))
    throw new UserError(`${file} is damaged. Delete it: a new one is made at the next start.`);
  chmodSync(file, OWNER_ALONE.file);
  return salt;
}

/** Of two processes that make one in the same instant, both use the same: a link is made once. */
function makeSalt(file: string): string {
  const mine = `${file}.${process.pid}`;
  const salt = randomBytes(32).toString("base64url");
  try {
    writeFileSync(mine, salt, { mode: OWNER_ALONE.file });
    linkSync(mine, file);
    return salt;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readSalt(file) ?? salt;
  } finally {
    rmSync(mine, { force: true });
  }
}
