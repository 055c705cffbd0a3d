/** What the run and the thread that serves DynamoDB say to each other. */
import type { Refusal } from "../iam/guard.ts";
import type { Role } from "../iam/policies.ts";
import type { TableDefinition } from "./table-definitions.ts";

export interface ThreadData {
  /** Folder of the LevelDB. */
  folder: string;
  /** 0 the first time; the same as before when the thread is started again. */
  port: number;
}

export type ToThread =
  | { kind: "declare"; id: number; tables: TableDefinition[]; roles: readonly Role[] }
  /** Look for expired items now. */
  | { kind: "expire"; id: number }
  | { kind: "stop"; id: number };

export type FromThread =
  | { kind: "listening"; port: number }
  /** `value`: names of tables that are kept but no longer declared. */
  | { kind: "done"; id: number; undeclared: string[] }
  | { kind: "failed"; id: number; name: string; message: string }
  | { kind: "refused"; refusal: Refusal };
