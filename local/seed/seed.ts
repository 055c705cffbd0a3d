import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** One set of sample data: which file goes into which table, and what makes a record of the file an item. */
export interface TableSeed {
  /** Logical name of the table. */
  table: string;
  /** JSON array or JSON lines; path from the project's folder. */
  file: string;
  /** Names of the key attributes: two records of one batch with the same key are one item, the later one. */
  keys: readonly string[];
  /** A record as an item of the table, or why it is none. */
  toItem(record: unknown): { ok: true; item: Record<string, AttributeValue> } | { ok: false; reason: string };
}
