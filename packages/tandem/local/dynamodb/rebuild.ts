/**
 * Gives a table other global indexes with all its items. Dynalite cannot add or drop an index of a table that exists,
 * DynamoDB can. The items wait in a file until they are back, so that a killed run loses none.
 */
import { createReadStream, createWriteStream, existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { makeFolder } from "../../shared/make-folder.js";
import { DynamodbError } from "./dynamodb-error.ts";
import type { Store } from "./store.ts";
import type { CreateTableInput } from "./table-definitions.ts";

type Item = Record<string, unknown>;
type Create = (store: Store, table: CreateTableInput) => Promise<void>;

/** DynamoDB takes no more in one call. */
const BATCH = 25;
const SUFFIX = ".jsonl";

export class Rebuild {
  readonly #store: Store;
  readonly #folder: string;
  readonly #create: Create;

  /** `create` resolves once the table takes items. */
  constructor(store: Store, create: Create) {
    this.#store = store;
    this.#folder = `${store.folder}-rebuild`;
    this.#create = create;
  }

  async run(table: CreateTableInput): Promise<void> {
    await this.#save(table.TableName);
    await this.finish(table);
  }

  /** Tables whose items still wait in their file: the run before this one was killed in the middle. */
  unfinished(): string[] {
    if (!existsSync(this.#folder)) return [];
    const files = readdirSync(this.#folder).filter((name) => name.endsWith(SUFFIX));
    return files.map((name) => name.slice(0, -SUFFIX.length));
  }

  async finish(table: CreateTableInput): Promise<void> {
    await this.#drop(table.TableName);
    await this.#create(this.#store, table);
    await this.#load(table.TableName);
    rmSync(this.#file(table.TableName));
  }

  async #save(name: string): Promise<void> {
    makeFolder(this.#folder);
    const partial = `${this.#file(name)}.part`;
    const out = createWriteStream(partial);
    let start: Item | undefined;
    do {
      const page: { Items: Item[]; LastEvaluatedKey?: Item } = await this.#store.run("Scan", {
        TableName: name,
        ...(start ? { ExclusiveStartKey: start } : {}),
      });
      for (const item of page.Items) out.write(`${JSON.stringify(item)}\n`);
      start = page.LastEvaluatedKey;
    } while (start);
    out.end();
    await finished(out);
    // Only a whole file has the name that is looked for.
    renameSync(partial, this.#file(name));
  }

  async #load(name: string): Promise<void> {
    let batch: Item[] = [];
    for await (const line of createInterface({ input: createReadStream(this.#file(name)) })) {
      if (batch.push(JSON.parse(line) as Item) < BATCH) continue;
      await this.#put(name, batch);
      batch = [];
    }
    if (batch.length > 0) await this.#put(name, batch);
  }

  async #put(name: string, items: Item[]): Promise<void> {
    await this.#store.run("BatchWriteItem", {
      RequestItems: { [name]: items.map((Item) => ({ PutRequest: { Item } })) },
    });
  }

  /** Resolves once the table is gone; dynalite answers before that. */
  async #drop(name: string): Promise<void> {
    try {
      await this.#store.run("DeleteTable", { TableName: name });
      for (;;) {
        await this.#store.run("DescribeTable", { TableName: name });
        await pause(1);
      }
    } catch (error) {
      if (!(error instanceof DynamodbError) || error.code !== "ResourceNotFoundException") throw error;
    }
  }

  #file(name: string): string {
    return path.join(this.#folder, name + SUFFIX);
  }
}
