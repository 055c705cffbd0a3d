/**
 * The streams of tables. A write to a table with one runs alone: its items are read before and after, and what has changed is a
 * record. How they were before is written down first, so that a run that is killed in between records it at its next start.
 * Tables without a stream pay nothing for it.
 */
import { existsSync } from "node:fs";
import { ACCOUNT_ID } from "../../../program/reading/arn.ts";
import { isObject, type JsonObject } from "../../../shared/json.ts";
import type { ReaderDefinition } from "../../records/record-log.ts";
import { DynamodbError } from "../dynamodb-error.ts";
import type { Run, Store } from "../store.ts";
import type { TableDefinition, ViewType } from "../table-definitions.ts";
import { describe, keyOf } from "../table-keys.ts";
import { type Before, type Recorded, type Stream, StreamLog } from "./log.ts";
import { isChange, type UserIdentity, VIEW_TYPES } from "./record.ts";

/** An item that a request may write. */
export interface Target {
  table: string;
  key: JsonObject;
}

export class Streams {
  readonly #store: Store;
  readonly #folder: string;
  readonly #region: string;
  readonly #written: (arn: string) => void;
  #log: StreamLog | undefined;
  #opening: Promise<StreamLog> | undefined;
  /** By table, those that are enabled. */
  readonly #byTable = new Map<string, Stream>();
  /** What a write may have changed whose records could not be kept: on a full disk. The next write has them kept first. */
  #unrecorded: { before: readonly Before[]; identity: UserIdentity | undefined } | undefined;

  /** `written` is told of each stream that has new records. */
  private constructor(store: Store, region: string, written: (arn: string) => void) {
    this.#store = store;
    this.#folder = `${store.folder}-streams`;
    this.#region = region;
    this.#written = written;
  }

  /** Records what a run that was killed had written and not recorded. */
  static async open(store: Store, region: string, written: (arn: string) => void): Promise<Streams> {
    const streams = new Streams(store, region, written);
    if (existsSync(streams.#folder)) await streams.#opened();
    return streams;
  }

  async close(): Promise<void> {
    await this.#log?.close();
  }

  /** Undefined where no table ever had a stream. */
  get log(): StreamLog | undefined {
    return this.#log;
  }

  get isIdle(): boolean {
    return this.#byTable.size === 0;
  }

  of(table: string): Stream | undefined {
    return this.#byTable.get(table);
  }

  /** Brings streams and mappings to what the program declares; those of tables that it does not declare stay. */
  async declare(tables: readonly TableDefinition[], readers: readonly ReaderDefinition[]): Promise<void> {
    for (const { create, stream } of tables) {
      const known = this.#byTable.get(create.TableName);
      if (!stream && known) await this.disable(create.TableName);
      if (!stream || (known?.arn === stream.arn && known.viewType === stream.viewType)) continue;
      const { TableName: table, KeySchema: keySchema } = create;
      await this.#enable({ ...stream, table, keySchema });
    }
    if (readers.length === 0 && !this.#log) return;
    const log = await this.#opened();
    await log.declareReaders(readers);
  }

  /** Of a table that a call gives one. */
  async enable(table: string, viewType: unknown): Promise<void> {
    if (this.#byTable.has(table)) throw invalid(`Table already has an enabled stream: TableName: ${table}`);
    if (typeof viewType !== "string" || !VIEW_TYPES.includes(viewType))
      throw invalid(
        `1 validation error detected: Value '${viewType}' at 'streamSpecification.streamViewType' failed to satisfy constraint: Member must satisfy enum value set: [${VIEW_TYPES.join(", ")}]`,
      );
    const { KeySchema: keySchema } = await describe(this.#store.run, table);
    const label = new Date().toISOString().replace("Z", "");
    const arn = `arn:aws:dynamodb:${this.#region}:${ACCOUNT_ID}:table/${table}/stream/${label}`;
    await this.#enable({ arn, label, table, viewType: viewType as ViewType, keySchema });
  }

  /** Its records stay. */
  async disable(table: string): Promise<void> {
    const stream = this.#byTable.get(table);
    if (!stream) return;
    this.#byTable.delete(table);
    await this.#log?.saveStream({ ...stream, isEnabled: false });
  }

  /** Does a write that nobody else runs beside, and records what it changed of the targets. */
  async around<T>(
    run: Run,
    targets: readonly Target[],
    work: () => Promise<T>,
    identity?: UserIdentity,
  ): Promise<T> {
    const log = this.#log;
    const watched = targets.filter(({ table }) => this.#byTable.has(table));
    if (!log || watched.length === 0) return work();
    const { before: left = [], identity: by } = this.#unrecorded ?? {};
    if (left.length > 0) await this.#record(run, log, left, by);
    const before: Before[] = [];
    for (const { table, key } of watched) {
      const { arn = "" } = this.#byTable.get(table) ?? {};
      const item = await itemAt(run, table, key);
      if (item !== undefined) before.push({ arn, key, item });
    }
    await log.begin(before);
    try {
      return await work();
    } finally {
      await this.#record(run, log, before, identity);
    }
  }

  async #record(run: Run, log: StreamLog, before: readonly Before[], identity?: UserIdentity): Promise<void> {
    this.#unrecorded = { before, identity };
    const changes: Recorded[] = [];
    for (const { arn, key, item } of before) {
      const stream = this.#byTable.values().find((enabled) => enabled.arn === arn);
      const after = stream && (await itemAt(run, stream.table, key));
      if (!stream || after === undefined) continue;
      const change = { key, before: item, after };
      if (isChange(change)) changes.push({ stream, change });
    }
    await log.append(changes, identity);
    this.#unrecorded = undefined;
    for (const arn of new Set(changes.map(({ stream }) => stream.arn))) this.#written(arn);
  }

  async #enable(stream: Omit<Stream, "isEnabled" | "created">): Promise<void> {
    const log = await this.#opened();
    const old = this.#byTable.get(stream.table);
    if (old && old.arn !== stream.arn) await this.disable(stream.table);
    const enabled = { ...stream, isEnabled: true, created: Math.floor(Date.now() / 1000) };
    await log.saveStream(enabled);
    this.#byTable.set(stream.table, enabled);
  }

  #opened(): Promise<StreamLog> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<StreamLog> {
    const log = await StreamLog.open(this.#folder);
    this.#log = log;
    for (const stream of await log.streams()) if (stream.isEnabled) this.#byTable.set(stream.table, stream);
    const begun = await log.begun();
    if (begun.length > 0) await this.#store.alone((run) => this.#record(run, log, begun));
    return log;
  }
}

/** What a request may write, as far as it says so plainly: what it does not, the store refuses. */
export function targetsOf(streams: Streams, operation: string, input: JsonObject): Target[] {
  if (operation === "BatchWriteItem") {
    const tables = Object.entries(isObject(input.RequestItems) ? input.RequestItems : {});
    return tables.flatMap(([table, requests]) =>
      (Array.isArray(requests) ? requests : []).flatMap((request) => {
        const { PutRequest, DeleteRequest } = isObject(request) ? request : {};
        const { Item } = isObject(PutRequest) ? PutRequest : {};
        const { Key } = isObject(DeleteRequest) ? DeleteRequest : {};
        return targetOf(streams, table, Item, Key);
      }),
    );
  }
  return targetOf(streams, String(input.TableName), input.Item, input.Key);
}

function targetOf(streams: Streams, table: string, item: unknown, key: unknown): Target[] {
  const stream = streams.of(table);
  if (!stream) return [];
  if (isObject(key)) return [{ table, key }];
  return isObject(item) ? [{ table, key: keyOf({ KeySchema: stream.keySchema }, item) }] : [];
}

/** Null where there is none; undefined where the store does not take the key, or the table is gone. */
async function itemAt(run: Run, TableName: string, Key: JsonObject): Promise<JsonObject | null | undefined> {
  try {
    const { Item } = await run<{ Item?: JsonObject }>("GetItem", { TableName, Key, ConsistentRead: true });
    return Item ?? null;
  } catch (error) {
    if (error instanceof DynamodbError) return undefined;
    throw error;
  }
}

function invalid(message: string): DynamodbError {
  return new DynamodbError("Stream", "ValidationException", message);
}
