/** The project that a command without `--cwd` is about. */

import path from "node:path";
import { checkout, nearest } from "./places.js";
import { UserError } from "./user-error.js";

/** The folder with Pulumi.yaml that the command stands in, however deep. Absolute. */
export function ownProject(): string {
  const found = nearest(process.cwd(), "Pulumi.yaml");
  if (found !== undefined) return found;
  throw new UserError(
    `There is no Pulumi.yaml in ${process.cwd()} or above it. Run this in the folder of a Pulumi project.`,
  );
}

/** For commands that write into this package: only who develops it can run them. */
export function developersCheckout(command: string): string {
  if (checkout !== undefined) return checkout;
  throw new UserError(
    `${command} writes a file of the tool itself: it runs in a checkout of the tool, not where it is installed.`,
  );
}

/** A program of the project's own packages, e.g. `mocha/bin/mocha.js`. */
export function packaged(project: string, file: string): string {
  const folder = nearest(project, path.join("node_modules", file));
  if (folder !== undefined) return path.join(folder, "node_modules", file);
  throw new UserError(
    `${file.split("/bin/")[0]} is not installed in ${project}: npm install --save-dev ${file.split("/bin/")[0]}`,
  );
}
