import { UserError } from "../shared/user-error.js";

/** A function's thread finds packages by Node's own search through folders, as on Lambda, where Yarn's resolver is not. */
export function refusePlugAndPlay(): void {
  if (process.versions.pnp === undefined) return;
  throw new UserError(
    "The packages of this project are installed by Yarn's Plug'n'Play, and functions find theirs in node_modules alone, as on Lambda. Write nodeLinker: node-modules into .yarnrc.yml and run yarn install; policies, parity and cost need neither.",
  );
}
