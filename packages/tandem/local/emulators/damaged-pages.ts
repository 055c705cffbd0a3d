/** SQLite reads a page of other bytes without a word until somebody asks for what stands there; this asks for all of them. */
import { DatabaseSync } from "node:sqlite";

const MOST_REPORTED = 3;

/** What does not hang together in a database file, in SQLite's words; empty for one that is sound. */
export function damagedPages(file: string): string[] {
  const found: string[] = [];
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    for (const row of database.prepare(`PRAGMA quick_check(${MOST_REPORTED})`).iterate()) {
      // Lines of one text, below one that names the database: there is one only.
      const lines = String(row.quick_check).split("\n");
      found.push(...lines.filter((line) => line !== "ok" && !line.startsWith("***")));
    }
  } catch (error) {
    // It may give up in the middle; what it has found says more than that.
    if (found.length === 0) found.push((error as Error).message);
  } finally {
    database?.close();
  }
  return found;
}
