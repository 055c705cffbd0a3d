/**
 * Transactions, which dynalite does not have: each runs alone, its actions one after the other, and what was done is taken
 * back where one of them fails. What to take back stands in a file meanwhile, so that a killed run leaves no half of one.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { isObject, type JsonObject } from "../../shared/json.ts";
import { writeByRename } from "../../shared/write-by-rename.ts";
import { DynamodbError } from "./dynamodb-error.ts";
import { sizeOf } from "./item-size.ts";
import type { Run, Store } from "./store.ts";
import type { Streams } from "./streams/streams.ts";
import { type Described, describe, keyOf } from "./table-keys.ts";

type Item = Record<string, unknown>;
type Kind = "Put" | "Update" | "Delete" | "ConditionCheck";

/** One part of a transaction. */
interface Action {
  kind: Kind;
  input: JsonObject & { TableName: string };
  key: Item;
}

/** How an item was before. */
interface Before {
  table: string;
  key: Item;
  /** Null where there was none. */
  item: Item | null;
}

/** Why one part of a transaction was not done. */
export interface Reason {
  Code: "None" | "ConditionalCheckFailed" | "ValidationError" | "DuplicateItem";
  Message?: string;
  Item?: Item;
}

interface Consumed {
  TableName: string;
  CapacityUnits: number;
}

const MOST_ACTIONS = 100;
/** Bytes of all items of a transaction: 4 MB. */
const LARGEST = 4 * 1_048_576;
/** Milliseconds for which a token stands for its transaction. */
const TOKEN_MS = 10 * 60_000;
/** Both phases of a transaction count. */
const PHASES = 2;
const OPERATIONS = { Put: "PutItem", Update: "UpdateItem", Delete: "DeleteItem" };
const KINDS = ["Put", "Update", "Delete", "ConditionCheck"];
/** Of these only the stored item shows that they are wrong; of the others the request itself does. */
const WRONG_FOR_ITEM =
  /attribute that does not exist in the item|incorrect data type|document path .* is invalid for update/;

/** Carries what the answer says besides code and message. */
export class TransactionCanceled extends DynamodbError {
  readonly reasons: readonly Reason[];

  constructor(reasons: readonly Reason[]) {
    const codes = reasons.map(({ Code }) => Code).join(", ");
    const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
    super("Transaction", "TransactionCanceledException", message);
    this.reasons = reasons;
  }
}

export class Transactions {
  readonly #store: Store;
  readonly #file: string;
  readonly #tokens = new Map<string, { items: unknown; until: number }>();

  constructor(store: Store) {
    this.#store = store;
    this.#file = `${store.folder}-transaction.json`;
  }

  /** Takes back what a run that was killed had done of a transaction. Resolves to whether there was any. */
  async recover(): Promise<boolean> {
    if (!existsSync(this.#file)) return false;
    const before = JSON.parse(readFileSync(this.#file, "utf8")) as Before[];
    await this.#store.alone((run) => this.#takeBack(run, before));
    return true;
  }

  /** `TransactWriteItems`. Rejects with DynamoDB's errors, a TransactionCanceled among them. */
  write(input: JsonObject, streams: Streams): Promise<JsonObject> {
    return this.#store.alone(async (run) => {
      const actions = await readActions(run, input.TransactItems);
      const bytes = actions.reduce((sum, { key, input: { Item } }) => sum + sizeOf(Item ?? key), 0);
      if (bytes > LARGEST) throw invalid(`The items of a transaction have ${LARGEST} bytes at most`);
      const token = typeof input.ClientRequestToken === "string" ? input.ClientRequestToken : undefined;
      if (token !== undefined && this.#isKnown(token, input.TransactItems)) return {};
      const targets = actions.map(({ input: { TableName: table }, key: of }) => ({ table, key: of }));
      const consumed = await streams.around(run, targets, () => this.#apply(run, actions));
      if (token !== undefined)
        this.#tokens.set(token, { items: input.TransactItems, until: Date.now() + TOKEN_MS });
      return wantsCapacity(input) ? { ConsumedCapacity: together(consumed) } : {};
    });
  }

  /** `TransactGetItems`. */
  get(input: JsonObject): Promise<JsonObject> {
    return this.#store.alone(async (run) => {
      const gets = await readGets(run, input.TransactItems);
      const consumed: Consumed[] = [];
      const Responses: JsonObject[] = [];
      for (const [index, get] of gets.entries()) {
        const { ConsumedCapacity, ...found } = await run<{ ConsumedCapacity?: Consumed; Item?: Item }>(
          "GetItem",
          { ...get, ConsistentRead: true, ReturnConsumedCapacity: "TOTAL" },
        ).catch((error: unknown) => {
          throw isWrongKey(error) ? canceledBy(error, index, gets.length) : error;
        });
        Responses.push(found);
        if (ConsumedCapacity) consumed.push(ConsumedCapacity);
      }
      return { Responses, ...(wantsCapacity(input) ? { ConsumedCapacity: together(consumed) } : {}) };
    });
  }

  /** Within ten minutes the same token stands for the same transaction, which is done once. */
  #isKnown(token: string, items: unknown): boolean {
    const now = Date.now();
    for (const [old, { until }] of this.#tokens) if (until < now) this.#tokens.delete(old);
    const known = this.#tokens.get(token);
    if (known && !isDeepStrictEqual(known.items, items))
      throw new DynamodbError(
        "TransactWriteItems",
        "IdempotentParameterMismatchException",
        "Another transaction was sent with this ClientRequestToken.",
      );
    return known !== undefined;
  }

  async #apply(run: Run, actions: readonly Action[]): Promise<Consumed[]> {
    const before: Before[] = [];
    for (const [index, { input, key }] of actions.entries()) {
      const item = await itemAt(run, input.TableName, key).catch((error: unknown) => {
        throw isWrongKey(error) ? canceledBy(error, index, actions.length) : error;
      });
      before.push({ table: input.TableName, key, item });
    }
    writeByRename(this.#file, JSON.stringify(before));
    const consumed: Consumed[] = [];
    const reasons: Reason[] = [];
    try {
      for (const [index, action] of actions.entries())
        reasons.push(await attempt(run, action, before[index]?.item ?? null, consumed));
    } catch (error) {
      await this.#takeBack(run, before);
      throw error;
    }
    if (reasons.some(({ Code }) => Code !== "None")) {
      await this.#takeBack(run, before);
      throw new TransactionCanceled(reasons);
    }
    rmSync(this.#file);
    return consumed;
  }

  async #takeBack(run: Run, before: readonly Before[]): Promise<void> {
    for (const { table, key, item } of before) {
      const restored = item
        ? run("PutItem", { TableName: table, Item: item })
        : run("DeleteItem", { TableName: table, Key: key });
      await restored.catch((error: unknown) => {
        // Its table went with all its items.
        if (!(error instanceof DynamodbError) || error.code !== "ResourceNotFoundException") throw error;
      });
    }
    rmSync(this.#file, { force: true });
  }
}

/** Of one action alone: said as its reason, not as a mistake of the whole request. */
function isWrongKey(error: unknown): error is DynamodbError {
  return error instanceof DynamodbError && /key element does not match the schema/.test(error.reason);
}

function canceledBy({ reason }: DynamodbError, index: number, count: number): TransactionCanceled {
  return new TransactionCanceled(
    Array.from({ length: count }, (_, at) =>
      at === index ? { Code: "ValidationError", Message: reason } : { Code: "None" },
    ),
  );
}

/** Does it, and says why it could not be done; rejects where the request itself is wrong. */
async function attempt(run: Run, action: Action, item: Item | null, consumed: Consumed[]): Promise<Reason> {
  const { ReturnValuesOnConditionCheckFailure, ...input } = action.input;
  const wantsItem = ReturnValuesOnConditionCheckFailure === "ALL_OLD";
  try {
    const { ConsumedCapacity } = await run<{ ConsumedCapacity?: Consumed }>(
      ...operationOf(action.kind, input, action.key, item),
    );
    if (ConsumedCapacity) consumed.push(ConsumedCapacity);
    return { Code: "None" };
  } catch (error) {
    if (!(error instanceof DynamodbError)) throw error;
    if (error.code === "ConditionalCheckFailedException")
      return {
        Code: "ConditionalCheckFailed",
        Message: error.reason,
        ...(wantsItem && item ? { Item: item } : {}),
      };
    if (error.code === "ValidationException" && WRONG_FOR_ITEM.test(error.reason))
      return { Code: "ValidationError", Message: error.reason };
    throw error;
  }
}

/** A check changes nothing: it puts the item that is there, or deletes the one that is not. */
function operationOf(kind: Kind, input: object, key: Item, item: Item | null): [string, object] {
  const counted = { ...input, ReturnConsumedCapacity: "TOTAL" };
  if (kind !== "ConditionCheck") return [OPERATIONS[kind], counted];
  const { Key: _, ...check } = counted as JsonObject;
  return item ? ["PutItem", { ...check, Item: item }] : ["DeleteItem", { ...check, Key: key }];
}

async function itemAt(run: Run, TableName: string, Key: Item): Promise<Item | null> {
  const { Item } = await run<{ Item?: Item }>("GetItem", { TableName, Key, ConsistentRead: true });
  return Item ?? null;
}

async function readActions(run: Run, items: unknown): Promise<Action[]> {
  const actions: Action[] = [];
  for (const item of listOf(items)) {
    const [[kind = "", input] = [], ...more] = Object.entries(item);
    if (!KINDS.includes(kind) || more.length > 0)
      throw invalid("TransactItems can only contain one of Check, Put, Update or Delete");
    const { TableName, Key, Item: put, ConditionExpression } = isObject(input) ? input : {};
    if (kind === "ConditionCheck" && ConditionExpression === undefined)
      throw invalid("The expression can not be empty;");
    const table = await tableOf(run, TableName);
    const from = ((kind === "Put" ? put : Key) ?? {}) as Item;
    const key = kind === "Put" ? keyOf(table, from) : from;
    actions.push({ kind: kind as Kind, input: input as Action["input"], key });
  }
  refuseTwice(actions.map(({ input, key }) => [input.TableName, key]));
  return actions;
}

async function readGets(run: Run, items: unknown): Promise<JsonObject[]> {
  const gets = listOf(items).map(({ Get }) => {
    if (!isObject(Get)) throw invalid("TransactItems can only contain Get");
    return Get;
  });
  for (const { TableName } of gets) await tableOf(run, TableName);
  refuseTwice(gets.map(({ TableName, Key }) => [TableName, Key]));
  return gets;
}

function listOf(items: unknown): JsonObject[] {
  const list = Array.isArray(items) ? items : [];
  if (list.length === 0 || list.length > MOST_ACTIONS) {
    const bound = list.length === 0 ? "greater than or equal to 1" : `less than or equal to ${MOST_ACTIONS}`;
    throw invalid(
      `1 validation error detected: Value '${JSON.stringify(list.slice(0, 1))}' at 'transactItems' failed to satisfy constraint: ` +
        `Member must have length ${bound}`,
    );
  }
  return list.map((item) => (isObject(item) ? item : {}));
}

/** Rejects where there is no such table, in the words that a transaction has for it. */
function tableOf(run: Run, TableName: unknown): Promise<Described> {
  return describe(run, TableName).catch((error: DynamodbError) => {
    if (error.code !== "ResourceNotFoundException") throw error;
    throw new DynamodbError("Transaction", error.code, "Requested resource not found");
  });
}

function refuseTwice(targets: readonly [table: unknown, key: unknown][]): void {
  const isTwice = targets.some((target, index) =>
    targets.slice(0, index).some((earlier) => isDeepStrictEqual(earlier, target)),
  );
  if (isTwice) throw invalid("Transaction request cannot include multiple operations on one item");
}

const wantsCapacity = ({ ReturnConsumedCapacity = "NONE" }: JsonObject) => ReturnConsumedCapacity !== "NONE";

function together(consumed: readonly Consumed[]): Consumed[] {
  const units = new Map<string, number>();
  for (const { TableName, CapacityUnits } of consumed)
    units.set(TableName, (units.get(TableName) ?? 0) + PHASES * CapacityUnits);
  return [...units].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits }));
}

function invalid(message: string): DynamodbError {
  return new DynamodbError("Transaction", "ValidationException", message);
}
