/** Which folders are projects, and the one that a command without `--cwd` is about. */

import { existsSync } from "node:fs";
import path from "node:path";
import { installCommand } from "./install-command.js";
import { checkout, nearest } from "./places.js";
import { UserError } from "./user-error.js";

/** Of which a project has one; of two the first counts. */
export const PROJECT_FILES = ["Pulumi.yaml", "Pulumi.yml"];

/** Pulumi.yaml of a project's folder, absolute. */
export function findProjectFile(root: string): string | undefined {
  return PROJECT_FILES.map((file) => path.join(root, file)).find((file) => existsSync(file));
}

/** @throws {UserError} where there is none */
export function projectFileOf(root: string): string {
  const found = findProjectFile(root);
  if (found !== undefined) return found;
  throw new UserError(`There is no Pulumi.yaml in ${root}. Name the folder of a Pulumi program.`);
}

/** The folder with Pulumi.yaml that the command stands in, however deep. Absolute; undefined where it stands in none. */
export function findOwnProject(): string | undefined {
  return nearest(process.cwd(), ...PROJECT_FILES);
}

/** @throws {UserError} where it stands in none */
export function ownProject(): string {
  const found = findOwnProject();
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
  const [name = file] = file.split("/bin/");
  throw new UserError(
    `${name} is not installed in ${project}: ${installCommand(project, name, { development: true })}`,
  );
}
