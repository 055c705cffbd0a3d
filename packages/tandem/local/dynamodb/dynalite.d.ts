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
