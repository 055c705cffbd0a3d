/** Requests that name their tables by ARN: DynamoDB takes one wherever it takes a name, the store knows names only. */
import { readArn } from "../../program/reading/arn.ts";
import { isObject, type JsonObject } from "../../shared/json.ts";

/** Answers that are by table, as the request called it. */
const BY_TABLE = ["Responses", "UnprocessedItems", "UnprocessedKeys"];

export interface NamedRequest {
  body: Buffer;
  /** The store's answer, by what the request called its tables. */
  asAsked(answer: string): string;
}

/** The table that an ARN is of: `part` says what of it is meant, e.g. `index/by-title`. */
export function tableOf(
  text: string,
): { region: string; account: string; name: string; part: string } | undefined {
  const arn = readArn(text);
  const [kind, name, ...part] = arn?.resource.split("/") ?? [];
  if (arn?.service !== "dynamodb" || kind !== "table" || !name) return undefined;
  return { region: arn.region, account: arn.account, name, part: part.join("/") };
}

/** Undefined where a table is named twice, by name and by ARN, which DynamoDB refuses. */
export function withTableNames(body: Buffer): NamedRequest | undefined {
  const asIs = { body, asAsked: (answer: string) => answer };
  if (!body.includes("arn:")) return asIs;
  const input = JSON.parse(body.toString()) as JsonObject;
  const items = input.RequestItems;
  const asked = new Map<string, string>();
  const named: JsonObject = {
    ...input,
    ...(typeof input.TableName === "string" && { TableName: nameOf(input.TableName) }),
  };
  if (Array.isArray(input.TransactItems)) named.TransactItems = input.TransactItems.map(partNamed);
  if (isObject(items)) {
    for (const table of Object.keys(items)) asked.set(nameOf(table), table);
    if (asked.size < Object.keys(items).length) return undefined;
    named.RequestItems = Object.fromEntries(
      Object.entries(items).map(([table, keys]) => [nameOf(table), keys]),
    );
  }
  return { body: Buffer.from(JSON.stringify(named)), asAsked: (answer) => byTable(answer, asked) };
}

function nameOf(table: string): string {
  const named = tableOf(table);
  return named?.part === "" ? named.name : table;
}

/** A part of a transaction: `{ Put: { TableName } }`. */
function partNamed(part: unknown): unknown {
  if (!isObject(part)) return part;
  return Object.fromEntries(
    Object.entries(part).map(([kind, input]) => [
      kind,
      isObject(input) && typeof input.TableName === "string"
        ? { ...input, TableName: nameOf(input.TableName) }
        : input,
    ]),
  );
}

function byTable(answer: string, asked: ReadonlyMap<string, string>): string {
  const output = JSON.parse(answer) as JsonObject;
  for (const part of BY_TABLE) {
    const tables = output[part];
    if (!isObject(tables)) continue;
    output[part] = Object.fromEntries(
      Object.entries(tables).map(([name, rest]) => [asked.get(name) ?? name, rest]),
    );
  }
  return JSON.stringify(output);
}
