/** Looks into the tables of a run, and changes them, as the person at this machine. Items are plain JSON. */

import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { UserError } from "../../shared/user-error.js";
import { settingsFor } from "../local-target.ts";
import type { RunStatus } from "../state-folder.ts";
import { findStore } from "../store-list.ts";

export type Item = Record<string, unknown>;

export interface Page {
  items: Item[];
  /** There are others behind these. */
  more: boolean;
}

export class Tables {
  readonly #run: RunStatus;

  constructor(run: RunStatus) {
    this.#run = run;
  }

  /** Every table with the number of its items: counted, for what DescribeTable says of it is hours old in the cloud and 0 here. */
  async list(): Promise<{ name: string; physicalName: string; items: number }[]> {
    return Promise.all(
      this.#run.stores.tables.map(async ({ name, physicalName }) => ({
        name,
        physicalName,
        items: await this.#count(physicalName),
      })),
    );
  }

  async #count(table: string): Promise<number> {
    let count = 0;
    let next: PageInput["ExclusiveStartKey"];
    do {
      const page = await this.#call(table, (client, TableName) =>
        client.send(new ScanCommand({ TableName, Select: "COUNT", ExclusiveStartKey: next })),
      );
      count += page.Count ?? 0;
      next = page.LastEvaluatedKey;
    } while (next !== undefined);
    return count;
  }

  async scan(table: string, limit: number): Promise<Page> {
    return this.#pages(table, limit, (client, TableName, more) =>
      client.send(new ScanCommand({ TableName, ...more })),
    );
  }

  /** `key`: the partition key, and the sort key where only one item is meant. */
  async query(table: string, key: Item, limit: number): Promise<Page> {
    const names = Object.keys(key);
    const query = {
      KeyConditionExpression: names.map((_, i) => `#${i} = :${i}`).join(" AND "),
      ExpressionAttributeNames: Object.fromEntries(names.map((name, i) => [`#${i}`, name])),
      ExpressionAttributeValues: Object.fromEntries(
        Object.values(toAttributes(key)).map((value, i) => [`:${i}`, value]),
      ),
    };
    return this.#pages(table, limit, (client, TableName, more) =>
      client.send(new QueryCommand({ TableName, ...query, ...more })),
    );
  }

  /** Undefined when there is no such item. */
  async get(table: string, key: Item): Promise<Item | undefined> {
    const { Item } = await this.#call(table, (client, TableName) =>
      client.send(new GetItemCommand({ TableName, Key: toAttributes(key) })),
    );
    return Item && toItem(Item);
  }

  async put(table: string, item: Item): Promise<void> {
    await this.#call(table, (client, TableName) =>
      client.send(new PutItemCommand({ TableName, Item: toAttributes(item) })),
    );
  }

  /** Whether there was such an item. */
  async delete(table: string, key: Item): Promise<boolean> {
    const { Attributes } = await this.#call(table, (client, TableName) =>
      client.send(new DeleteItemCommand({ TableName, Key: toAttributes(key), ReturnValues: "ALL_OLD" })),
    );
    return Attributes !== undefined;
  }

  async #pages(
    table: string,
    limit: number,
    page: (client: DynamoDBClient, TableName: string, more: PageInput) => Promise<PageOutput>,
  ): Promise<Page> {
    const items: Item[] = [];
    let next: PageInput["ExclusiveStartKey"];
    do {
      const { Items = [], LastEvaluatedKey } = await this.#call(table, (client, TableName) =>
        page(client, TableName, {
          Limit: Number.isFinite(limit) ? limit - items.length : undefined,
          ExclusiveStartKey: next,
        }),
      );
      items.push(...Items.map(toItem));
      next = LastEvaluatedKey;
    } while (next !== undefined && items.length < limit);
    return { items, more: next !== undefined };
  }

  async #call<T>(table: string, send: (client: DynamoDBClient, TableName: string) => Promise<T>): Promise<T> {
    const { physicalName, region } = findStore("table", this.#run.stores.tables, table);
    const client = new DynamoDBClient(settingsFor(this.#run, "AWS_ENDPOINT_URL_DYNAMODB", region));
    try {
      return await send(client, physicalName);
    } catch (error) {
      throw new UserError(`Table ${physicalName}: ${(error as Error).message}`);
    } finally {
      client.destroy();
    }
  }
}

interface PageInput {
  Limit: number | undefined;
  ExclusiveStartKey: Record<string, AttributeValue> | undefined;
}

interface PageOutput {
  Items?: Record<string, AttributeValue>[];
  LastEvaluatedKey?: Record<string, AttributeValue>;
}

function toAttributes(item: Item): Record<string, AttributeValue> {
  return marshall(item);
}

/** Numbers as they are kept, which may be longer than a number of JavaScript. */
function toItem(attributes: Record<string, AttributeValue>): Item {
  return unmarshall(attributes, { wrapNumbers: (value) => rawNumber(value) as unknown as number });
}

function rawNumber(value: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(value);
}
