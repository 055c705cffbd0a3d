/**
 * Versions of objects, which the library does not know. The newest lies where the library has it; those before it lie in a bucket that
 * nobody can name, each under the number of its row in a table of our own. An object from before versioning has no row until it is
 * overwritten: it is the version `null`. See docs/decisions/146-versions-beside-the-library.md.
 */
import { randomBytes } from "node:crypto";
import type { Versioning } from "./declared.ts";
import type { KeptTags } from "./kept-tags.ts";
import type { BucketStore, LibraryObject, Persistence } from "./library-types.ts";
import { nestTransactions } from "./nested-transactions.ts";

export interface ObjectVersion {
  key: string;
  versionId: string;
  /** A delete marker has no content. */
  isMarker: boolean;
  isLatest: boolean;
  lastModified: Date;
  etag?: string;
  size?: number;
}

/** Where the content of a version lies in the library. */
export interface ObjectPlace {
  bucket: string;
  key: string;
}

interface Row {
  /** Grows from version to version; none for an object from before versioning. */
  id?: number;
  bucket: string;
  key: string;
  version_id: string;
  is_marker: number;
  written: string;
}

/** S3 gives no bucket a name that begins so. */
const RESERVED = "xn--";
const ARCHIVE = `${RESERVED}versions`;
/** Of what was written without versioning, or while it was suspended. */
export const NULL_VERSION = "null";
const VERSION_ID = /^[\w.]{32}$/;

export function isReservedBucket(name: string): boolean {
  return name.startsWith(RESERVED);
}

export function isVersionId(text: string): boolean {
  return text === NULL_VERSION || VERSION_ID.test(text);
}

export class KeptVersions {
  readonly #buckets: BucketStore;
  readonly #persistence: Persistence;
  readonly #tags: KeptTags;
  readonly #status = new Map<string, Versioning>();
  /** What a change did to the library's memory, undone where it fails. */
  readonly #undo: (() => void)[] = [];
  readonly #statements: ReturnType<typeof prepared>;

  constructor(buckets: BucketStore, persistence: Persistence, tags: KeptTags) {
    this.#buckets = buckets;
    this.#persistence = persistence;
    this.#tags = tags;
    this.#statements = prepared(persistence);
    nestTransactions(persistence);
    this.#observe();
    this.declare([]);
  }

  /** A bucket that has versions and is no longer said to keep them is one that keeps no further ones. */
  declare(buckets: readonly { name: string; versioning?: Versioning }[]): void {
    this.#status.clear();
    for (const { bucket } of this.#statements.buckets.all() as { bucket: string }[])
      this.#status.set(bucket, "Suspended");
    for (const { name, versioning } of buckets) if (versioning) this.#status.set(name, versioning);
    if (this.#status.size > 0 && !this.#buckets.hasBucket(ARCHIVE)) this.#buckets.createBucket(ARCHIVE);
  }

  /** Undefined for a bucket that never kept versions. */
  status(bucket: string): Versioning | undefined {
    return this.#status.get(bucket);
  }

  /** Of one key, the newest first. */
  of(bucket: string, key: string): ObjectVersion[] {
    return this.#rows(bucket, key).map((row, index) => this.#described(row, index === 0));
  }

  newest(bucket: string, key: string): ObjectVersion | undefined {
    return this.of(bucket, key)[0];
  }

  /** Of every key of a bucket, in no order of keys. */
  all(bucket: string): Map<string, ObjectVersion[]> {
    const keys = new Set([
      ...(this.#statements.keys.all(bucket) as { key: string }[]).map(({ key }) => key),
      ...(this.#buckets.buckets.get(bucket)?.keys() ?? []),
    ]);
    return new Map([...keys].map((key) => [key, this.of(bucket, key)]));
  }

  /** Undefined where there is no such version, or where it is a delete marker. */
  place(bucket: string, key: string, versionId: string): ObjectPlace | undefined {
    const rows = this.#rows(bucket, key);
    const row = rows.find(({ version_id }) => version_id === versionId);
    if (!row || row.is_marker) return undefined;
    return row === rows[0] ? { bucket, key } : archived(row);
  }

  /** For good. Undefined where there is no such version. */
  remove(bucket: string, key: string, versionId: string): ObjectVersion | undefined {
    const rows = this.#rows(bucket, key);
    const row = rows.find(({ version_id }) => version_id === versionId);
    if (!row) return undefined;
    const isLatest = row === rows[0];
    const version = this.#described(row, isLatest);
    const next = isLatest ? rows[1] : undefined;
    this.#change({ bucket, key }, () => {
      this.#forget(row);
      if (!isLatest) this.#drop(archived(row));
      else if (!row.is_marker) this.#drop({ bucket, key });
      if (!next || next.is_marker) return;
      this.#copy(archived(next), { bucket, key });
      this.#drop(archived(next));
    });
    return version;
  }

  /** Whatever the library writes or deletes goes through here. What is written anew has no tags. */
  #observe(): void {
    const buckets = this.#buckets;
    const put = buckets.putObject.bind(buckets);
    const remove = buckets.deleteObject.bind(buckets);
    const complete = buckets.completeMultipartUpload.bind(buckets);
    const listBuckets = buckets.listBuckets.bind(buckets);
    buckets.putObject = (bucket, key, ...rest) =>
      this.#write({ bucket, key }, false, () => put(bucket, key, ...rest));
    buckets.deleteObject = (bucket, key) => this.#write({ bucket, key }, true, () => remove(bucket, key));
    buckets.completeMultipartUpload = (uploadId, parts) => {
      const { bucket, key } = buckets.multipartUploads.get(uploadId) ?? { bucket: "", key: "" };
      return this.#write({ bucket, key }, false, () => complete(uploadId, parts));
    };
    buckets.listBuckets = () => listBuckets().filter(({ name }) => name !== ARCHIVE);
  }

  /** What lies there before is kept as its own version first. */
  #write<T>(place: ObjectPlace, isMarker: boolean, write: () => T): T {
    const status = this.#status.get(place.bucket);
    if (status === undefined) {
      const written = write();
      this.#tags.set(place.bucket, place.key, []);
      return written;
    }
    return this.#change(place, () => {
      const [newest, ...before] = this.#rows(place.bucket, place.key);
      const isNull = (row: Row | undefined) => status === "Suspended" && row?.version_id === NULL_VERSION;
      // Of its kind there is one: the next one takes its place.
      for (const row of before.filter(isNull)) {
        this.#forget(row);
        this.#drop(archived(row));
      }
      if (newest && isNull(newest)) this.#forget(newest);
      else if (newest && !newest.is_marker) this.#copy(place, archived(this.#entered(newest)));
      const written = write();
      this.#tags.set(place.bucket, place.key, []);
      const versionId = status === "Enabled" ? newVersionId() : NULL_VERSION;
      this.#enter({ ...place, version_id: versionId, is_marker: Number(isMarker) });
      return written;
    });
  }

  /** All of it or nothing, on the disk and in the library's memory. */
  #change<T>(place: ObjectPlace, change: () => T): T {
    this.#undo.length = 0;
    this.#remember(place);
    try {
      let result: { of: T } | undefined;
      this.#persistence.transaction(() => {
        result = { of: change() };
      });
      return (result as { of: T }).of;
    } catch (error) {
      for (const undo of this.#undo.toReversed()) undo();
      throw error;
    }
  }

  #remember({ bucket, key }: ObjectPlace): void {
    const objects = this.#buckets.buckets.get(bucket);
    const before = objects?.get(key);
    this.#undo.push(() => {
      if (before) objects?.set(key, before);
      else objects?.delete(key);
    });
  }

  /** With its metadata, its date and its tags. */
  #copy(from: ObjectPlace, to: ObjectPlace): void {
    const object = { ...this.#buckets.getObject(from.bucket, from.key), key: to.key };
    this.#remember(to);
    this.#persistence.upsertObject(to.bucket, object);
    this.#buckets.restoreObject(to.bucket, { ...object, body: Buffer.alloc(0) });
    this.#tags.set(to.bucket, to.key, this.#tags.of(from.bucket, from.key));
  }

  #drop(place: ObjectPlace): void {
    const { bucket, key } = place;
    this.#remember(place);
    this.#buckets.buckets.get(bucket)?.delete(key);
    this.#persistence.deleteObject(bucket, key);
    this.#tags.set(bucket, key, []);
  }

  /** The newest first. */
  #rows(bucket: string, key: string): Row[] {
    const rows = this.#statements.ofKey.all(bucket, key) as Row[];
    const object = rows.length === 0 ? this.#object({ bucket, key }) : undefined;
    if (!object) return rows;
    const written = object.lastModified.toISOString();
    return [{ bucket, key, version_id: NULL_VERSION, is_marker: 0, written }];
  }

  #object({ bucket, key }: ObjectPlace): LibraryObject | undefined {
    return this.#buckets.buckets.get(bucket)?.get(key);
  }

  #described(row: Row, isLatest: boolean): ObjectVersion {
    const { key, version_id: versionId, is_marker: marker, written } = row;
    const object = marker ? undefined : this.#object(isLatest ? row : archived(row));
    return {
      key,
      versionId,
      isMarker: marker === 1,
      isLatest,
      lastModified: object?.lastModified ?? new Date(written),
      ...(object ? { etag: object.etag, size: object.contentLength } : {}),
    };
  }

  /** An object from before versioning gets its row. */
  #entered(row: Row): Row {
    return row.id === undefined ? { ...row, id: this.#enter(row) } : row;
  }

  #enter({ bucket, key, version_id, is_marker }: Omit<Row, "id" | "written">): number {
    const written = new Date().toISOString();
    return Number(this.#statements.insert.run(bucket, key, version_id, is_marker, written).lastInsertRowid);
  }

  #forget({ id }: Row): void {
    if (id !== undefined) this.#statements.delete.run(id);
  }
}

function archived({ id }: Row): ObjectPlace {
  return { bucket: ARCHIVE, key: String(id) };
}

/** 32 characters, as S3's have. */
function newVersionId(): string {
  return randomBytes(24).toString("base64url").replaceAll("-", ".");
}

function prepared({ db }: Persistence) {
  db.exec(
    "CREATE TABLE IF NOT EXISTS object_versions (id INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, " +
      "key TEXT NOT NULL, version_id TEXT NOT NULL, is_marker INTEGER NOT NULL, written TEXT NOT NULL)",
  );
  db.exec("CREATE INDEX IF NOT EXISTS object_versions_of_key ON object_versions (bucket, key)");
  return {
    buckets: db.prepare("SELECT DISTINCT bucket FROM object_versions"),
    keys: db.prepare("SELECT DISTINCT key FROM object_versions WHERE bucket = ?"),
    ofKey: db.prepare("SELECT * FROM object_versions WHERE bucket = ? AND key = ? ORDER BY id DESC"),
    insert: db.prepare(
      "INSERT INTO object_versions (bucket, key, version_id, is_marker, written) VALUES (?, ?, ?, ?, ?)",
    ),
    delete: db.prepare("DELETE FROM object_versions WHERE id = ?"),
  };
}
