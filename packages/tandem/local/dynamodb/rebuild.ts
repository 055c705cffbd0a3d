/**
 * Gives a table other global indexes with all its items and tags. Dynalite cannot add or drop an index of a table that exists,
 * DynamoDB can. The items wait in a file until they are back, so that a killed run loses none.
 */
import {
  createReadStream,
  createWriteStream,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { makeFolder } from "../../shared/make-folder.js";
import { writeByRename } from "../../shared/write-by-rename.ts";
import { DynamodbError } from "./dynamodb-error.ts";
import type { Run } from "./store.ts";
import type { CreateTableInput } from "./table-definitions.ts";
import { describe } from "./table-keys.ts";

type Item = Record<string, Record<string, unknown>>;

/** The store, or what has it alone. */
export interface RunningTables {
  folder: string;
  run: Run;
}

type Create = (tables: RunningTables, table: CreateTableInput) => Promise<void>;

/** How a table is to be, kept beside its items. */
interface Kept {
  create: CreateTableInput;
  tags: { Key: string; Value: string }[];
}

/** DynamoDB takes no more in one call. */
const BATCH = 25;
const SUFFIX = ".jsonl";

/** An item that an index cannot take. DynamoDB leaves it out of the index, dynalite out of the table. */
export class UnfitItem extends Error {
  override name = "UnfitItem";
}

export class Rebuild {
  readonly #tables: RunningTables;
  readonly #folder: string;
  readonly #create: Create;

  /** `create` resolves once the table takes items. */
  constructor(tables: RunningTables, create: Create) {
    this.#tables = tables;
    this.#folder = `${tables.folder}-rebuild`;
    this.#create = create;
  }

  /** Rejects with an UnfitItem before anything is changed. */
  async run(table: CreateTableInput): Promise<void> {
    await this.#save(table);
    await this.finish(table.TableName);
  }

  /** Tables whose items still wait in their file: the run before this one was killed in the middle. */
  unfinished(): string[] {
    if (!existsSync(this.#folder)) return [];
    const files = readdirSync(this.#folder).filter((name) => name.endsWith(SUFFIX));
    return files.map((name) => name.slice(0, -SUFFIX.length));
  }

  /** @param wanted how it is declared; else it becomes what the run that was killed was to make of it */
  async finish(name: string, wanted?: CreateTableInput): Promise<void> {
    const kept = this.#kept(name);
    const create = wanted ?? kept?.create;
    if (!create) return;
    await this.#drop(name);
    await this.#create(this.#tables, create);
    await this.#load(name);
    if (kept && kept.tags.length > 0) {
      const ResourceArn = await this.#arnOf(name);
      await this.#tables.run("TagResource", { ResourceArn, Tags: kept.tags });
    }
    rmSync(this.#file(name));
    rmSync(this.#definition(name), { force: true });
  }

  async #save(create: CreateTableInput): Promise<void> {
    const { TableName: name } = create;
    makeFolder(this.#folder);
    const { Tags: tags } = await this.#tables.run<{ Tags: Kept["tags"] }>("ListTagsOfResource", {
      ResourceArn: await this.#arnOf(name),
    });
    writeByRename(this.#definition(name), JSON.stringify({ create, tags } satisfies Kept));
    const partial = `${this.#file(name)}.part`;
    try {
      await pipeline(this.#lines(create), createWriteStream(partial));
    } catch (error) {
      rmSync(partial, { force: true });
      rmSync(this.#definition(name), { force: true });
      throw error;
    }
    // Only a whole file has the name that is looked for.
    renameSync(partial, this.#file(name));
  }

  async *#lines(create: CreateTableInput): AsyncGenerator<string> {
    let start: Item | undefined;
    do {
      const page: { Items: Item[]; LastEvaluatedKey?: Item } = await this.#tables.run("Scan", {
        TableName: create.TableName,
        ...(start ? { ExclusiveStartKey: start } : {}),
      });
      for (const item of page.Items) {
        refuseUnfit(create, item);
        yield `${JSON.stringify(item)}\n`;
      }
      start = page.LastEvaluatedKey;
    } while (start);
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
    await this.#tables.run("BatchWriteItem", {
      RequestItems: { [name]: items.map((Item) => ({ PutRequest: { Item } })) },
    });
  }

  /** Resolves once the table is gone; dynalite answers before that. */
  async #drop(name: string): Promise<void> {
    try {
      await this.#tables.run("DeleteTable", { TableName: name });
      for (;;) {
        await describe(this.#tables.run, name);
        await pause(1);
      }
    } catch (error) {
      if (!(error instanceof DynamodbError) || error.code !== "ResourceNotFoundException") throw error;
    }
  }

  async #arnOf(TableName: string): Promise<string> {
    return (await describe<{ TableArn: string }>(this.#tables.run, TableName)).TableArn;
  }

  /** Undefined where a version before this one was killed. */
  #kept(name: string): Kept | undefined {
    const file = this.#definition(name);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Kept) : undefined;
  }

  #definition(name: string): string {
    return path.join(this.#folder, `${name}.json`);
  }

  #file(name: string): string {
    return path.join(this.#folder, name + SUFFIX);
  }
}

function refuseUnfit(
  { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes = [] }: CreateTableInput,
  item: Item,
): void {
  for (const { IndexName, KeySchema: indexKeys } of GlobalSecondaryIndexes)
    for (const { AttributeName: name } of indexKeys) {
      const [type, value] = Object.entries(item[name] ?? {})[0] ?? [];
      const wanted = AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
      if (type === undefined || (type === wanted && value !== "")) continue;
      const key = JSON.stringify(KeySchema.map(({ AttributeName }) => item[AttributeName]));
      const what = type === wanted ? "empty" : `of type ${type}`;
      throw new UnfitItem(
        `Index ${IndexName} is on ${name} (${wanted}), which is ${what} in the item with key ${key}. DynamoDB leaves such an item out of the ` +
          "index, the local one cannot: change or delete the item first",
      );
    }
}
