import { UserError } from "./user-error.js";

/**
 * For what cannot be done with packages that Yarn keeps in archives.
 * @param why goes on from "are installed by Yarn's Plug'n'Play, and"
 * @throws UserError where Yarn's resolver is the one of this process
 */
export function refusePlugAndPlay(why: string): void {
  if (process.versions.pnp === undefined) return;
  throw new UserError(
    `The packages of this project are installed by Yarn's Plug'n'Play, and ${why}. Write nodeLinker: node-modules into .yarnrc.yml and run yarn install; policies, parity and cost need neither.`,
  );
}
