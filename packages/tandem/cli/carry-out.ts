/** What `npm run new` and `npm run remove` do once they know which files change. */
import { existsSync } from "node:fs";
import path from "node:path";
import { recordGuarded } from "../review/openapi/generate.ts";
import { format } from "../scaffold/format.ts";
import { describePlan, type FilePlan, writePlan } from "../scaffold/plan.ts";
import { writeDescription, writePictures } from "./write-pages.ts";

/** @param describesApi whether the API's description follows from these files, and is written anew */
export async function carryOut(
  root: string,
  files: readonly FilePlan[],
  describesApi: boolean,
): Promise<void> {
  writeFormatted(root, files);
  console.log(describePlan(files).join("\n"));
  // A service may have no pictures.
  const folder = path.join(root, "docs");
  const hasPictures = existsSync(folder);
  if (!describesApi && !hasPictures) return;
  const recording = await recordGuarded(root);
  if (describesApi) await writeDescription(root, recording);
  if (hasPictures) writePictures(recording, folder);
}

export function writeFormatted(root: string, files: readonly FilePlan[]): void {
  writePlan(root, files);
  format(
    root,
    files.filter(({ state }) => state !== "gone").map(({ file }) => file),
  );
}
