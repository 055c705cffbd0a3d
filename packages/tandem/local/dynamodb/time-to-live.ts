/** Which attribute of a table says when its items expire: as the program declares it, or as a call has set it since. */
import { existsSync, readFileSync } from "node:fs";
import { isObject, type JsonObject } from "../../shared/json.ts";
import { writeByRename } from "../../shared/write-by-rename.ts";
import { DynamodbError } from "./dynamodb-error.ts";
import type { ExpiringTable } from "./expiry.ts";
import type { Store } from "./store.ts";
import type { TableDefinition } from "./table-definitions.ts";
import { type Described, describe } from "./table-keys.ts";

export class TimeToLive {
  readonly #store: Store;
  readonly #file: string;
  /** Table → attribute. */
  readonly #attributes: Map<string, string>;

  constructor(store: Store) {
    this.#store = store;
    this.#file = `${store.folder}-time-to-live.json`;
    const kept = existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, "utf8")) : {};
    this.#attributes = new Map(Object.entries(kept as Record<string, string>));
  }

  /** What the program says of its tables goes before what was set by a call. */
  declare(tables: readonly TableDefinition[]): void {
    for (const { create, expiryAttribute } of tables) this.#set(create.TableName, expiryAttribute);
  }

  async describe({ TableName }: JsonObject): Promise<JsonObject> {
    await this.#described(TableName);
    const AttributeName = this.#attributes.get(String(TableName));
    return {
      TimeToLiveDescription:
        AttributeName === undefined
          ? { TimeToLiveStatus: "DISABLED" }
          : { TimeToLiveStatus: "ENABLED", AttributeName },
    };
  }

  async update({ TableName, TimeToLiveSpecification }: JsonObject): Promise<JsonObject> {
    const { AttributeName, Enabled } = isObject(TimeToLiveSpecification) ? TimeToLiveSpecification : {};
    if (typeof AttributeName !== "string" || AttributeName === "")
      throw invalid(
        `1 validation error detected: Value '${AttributeName ?? "null"}' at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must have length greater than or equal to 1`,
      );
    await this.#described(TableName);
    const table = String(TableName);
    const now = this.#attributes.get(table);
    if (now !== undefined && now !== AttributeName)
      throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${now}`);
    if (Enabled === (now !== undefined))
      throw invalid(`TimeToLive is already ${Enabled === true ? "enabled" : "disabled"}`);
    this.#set(table, Enabled === true ? AttributeName : undefined);
    return { TimeToLiveSpecification: { Enabled, AttributeName } };
  }

  forget(table: string): void {
    this.#set(table, undefined);
  }

  /** Tables whose items expire. */
  async tables(): Promise<ExpiringTable[]> {
    const found: ExpiringTable[] = [];
    for (const [TableName, expiryAttribute] of this.#attributes) {
      const { KeySchema } = await this.#described(TableName);
      found.push({ create: { TableName, KeySchema }, expiryAttribute });
    }
    return found;
  }

  /** Rejects where there is no such table. */
  #described(table: unknown): Promise<Described> {
    return describe(this.#store.run, table);
  }

  #set(table: string, attribute: string | undefined): void {
    if (this.#attributes.get(table) === attribute) return;
    if (attribute === undefined) this.#attributes.delete(table);
    else this.#attributes.set(table, attribute);
    writeByRename(this.#file, JSON.stringify(Object.fromEntries(this.#attributes)));
  }
}

function invalid(message: string): DynamodbError {
  return new DynamodbError("TimeToLive", "ValidationException", message);
}
