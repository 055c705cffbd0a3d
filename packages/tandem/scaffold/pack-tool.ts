/** The tool as a tarball, as `npm publish` would make it. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../shared/make-folder.js";
import { fingerprint, SOURCES } from "../shared/package-sources.js";
import { cacheFolder } from "../shared/places.js";
import { UserError } from "../shared/user-error.js";
import { whenAlone } from "../shared/when-alone.js";

/** All that `npm pack` packs, or builds what it packs from. */
const PACKED = [...SOURCES, "*.md", "docs/*.md"];

/**
 * @param tool its folder in the checkout
 * @param into a folder, which is made
 * @param kept where the tarball stays until something of the tool changes: npm takes 1.5 s of a processor to pack it
 * @returns the tarball's name
 */
export async function packTool(
  tool: string,
  into: string,
  kept = path.join(cacheFolder, "packed"),
): Promise<string> {
  let name = "";
  await whenAlone(`${kept}.lock`, "packing the tool", () => {
    const current = path.join(kept, fingerprint(tool, PACKED));
    if (!existsSync(current)) {
      rmSync(kept, { recursive: true, force: true });
      const unfinished = path.join(kept, "unfinished");
      makeFolder(unfinished);
      pack(tool, unfinished);
      renameSync(unfinished, current);
    }
    [name = ""] = readdirSync(current);
    makeFolder(into);
    copyFileSync(path.join(current, name), path.join(into, name));
  });
  return name;
}

function pack(tool: string, into: string): void {
  const { status, stdout, stderr, error } = spawnSync(
    "npm",
    ["pack", "--silent", "--pack-destination", into],
    { cwd: tool, encoding: "utf8", shell: process.platform === "win32" },
  );
  if (error || status !== 0)
    throw new UserError(`npm pack could not pack the tool: ${error?.message ?? stdout + stderr}`);
}
