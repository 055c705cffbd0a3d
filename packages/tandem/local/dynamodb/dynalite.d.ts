declare module "dynalite" {
  import type { Server } from "node:http";

  export interface Options {
    /** Folder of the LevelDB; in memory without it. */
    path?: string;
    /** Milliseconds that a table takes to be created, deleted and updated. */
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }

  export default function dynalite(options?: Options): Server;
}

declare module "dynalite/validations/createTable.js" {
  /** What is wrong with a table of well-formed parts. */
  export function custom(create: object): string | undefined;
}

declare module "dynalite/validations/updateTable.js" {
  export const types: object;
  export function custom(update: object): string | undefined;
}

declare module "dynalite/validations/index.js" {
  /** Takes from the request what nobody knows. */
  export function checkTypes(request: object, types: object): object;
  /** Both throw an error with the `body` of the answer. */
  export function checkValidations(
    request: object,
    types: object,
    custom: (request: object) => string | undefined,
    store: object,
  ): void;
}
