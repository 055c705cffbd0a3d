/** Tags of objects in a table of their own, beside the library's. */
import type { Tags } from "./tagging.ts";

interface Database {
  exec(sql: string): void;
  prepare(sql: string): { run(...values: string[]): unknown; all(): unknown[] };
}

export class KeptTags {
  readonly #known = new Map<string, Tags>();
  readonly #insert: ReturnType<Database["prepare"]>;
  readonly #delete: ReturnType<Database["prepare"]>;

  constructor(db: Database) {
    db.exec(
      "CREATE TABLE IF NOT EXISTS object_tags (bucket TEXT, key TEXT, tags TEXT NOT NULL, PRIMARY KEY (bucket, key))",
    );
    this.#insert = db.prepare("INSERT OR REPLACE INTO object_tags (bucket, key, tags) VALUES (?, ?, ?)");
    this.#delete = db.prepare("DELETE FROM object_tags WHERE bucket = ? AND key = ?");
    const rows = db.prepare("SELECT bucket, key, tags FROM object_tags").all();
    for (const { bucket, key, tags } of rows as { bucket: string; key: string; tags: string }[])
      this.#known.set(nameOf(bucket, key), JSON.parse(tags) as Tags);
  }

  of(bucket: string, key: string): Tags {
    return this.#known.get(nameOf(bucket, key)) ?? [];
  }

  set(bucket: string, key: string, tags: Tags): void {
    if (tags.length === 0) {
      if (this.#known.delete(nameOf(bucket, key))) this.#delete.run(bucket, key);
      return;
    }
    this.#insert.run(bucket, key, JSON.stringify(tags));
    this.#known.set(nameOf(bucket, key), tags);
  }
}

/** A bucket has no slash in its name. */
function nameOf(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}
