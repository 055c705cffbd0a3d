/** Requests that name their tables by ARN: DynamoDB takes one wherever it takes a name, the store knows names only. */

type Json = Record<string, unknown>;

const TABLE = /^arn:[^:]+:dynamodb:[^:]*:[^:]*:table\/([^/]+)$/;
/** Answers that are by table, as the request called it. */
const BY_TABLE = ["Responses", "UnprocessedItems", "UnprocessedKeys"];

export interface NamedRequest {
  body: Buffer;
  /** The store's answer, by what the request called its tables. */
  asAsked(answer: string): string;
}

/** Undefined where a table is named twice, by name and by ARN, which DynamoDB refuses. */
export function withTableNames(body: Buffer): NamedRequest | undefined {
  const asIs = { body, asAsked: (answer: string) => answer };
  if (!body.includes("arn:")) return asIs;
  const input = JSON.parse(body.toString()) as Json;
  const items = input.RequestItems;
  const asked = new Map<string, string>();
  const named: Json = {
    ...input,
    ...(typeof input.TableName === "string" && { TableName: nameOf(input.TableName) }),
  };
  if (typeof items === "object" && items !== null && !Array.isArray(items)) {
    for (const table of Object.keys(items)) asked.set(nameOf(table), table);
    if (asked.size < Object.keys(items).length) return undefined;
    named.RequestItems = Object.fromEntries(
      Object.entries(items).map(([table, keys]) => [nameOf(table), keys]),
    );
  }
  return { body: Buffer.from(JSON.stringify(named)), asAsked: (answer) => byTable(answer, asked) };
}

function nameOf(table: string): string {
  return TABLE.exec(table)?.[1] ?? table;
}

function byTable(answer: string, asked: ReadonlyMap<string, string>): string {
  const output = JSON.parse(answer) as Json;
  for (const part of BY_TABLE) {
    const tables = output[part];
    if (typeof tables !== "object" || tables === null) continue;
    output[part] = Object.fromEntries(
      Object.entries(tables).map(([name, rest]) => [asked.get(name) ?? name, rest]),
    );
  }
  return JSON.stringify(output);
}
