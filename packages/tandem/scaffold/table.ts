/** A new DynamoDB table: its line in index.ts, which monitoring and outputs find by themselves. */
import { UserError } from "../shared/user-error.js";
import { dynamoTable, type Key } from "./declarations.ts";
import { checkName } from "./names.ts";
import type { FilePlan } from "./plan.ts";
import type { ProgramFile } from "./program-file.ts";

export interface TableRequest {
  name: string;
  /** `id:S`. */
  key: string;
  sortKey?: string | undefined;
}

export function tableLines(request: TableRequest): string {
  const sortKey = request.sortKey ? parseKey(request.sortKey) : undefined;
  return dynamoTable(request.name, parseKey(request.key), sortKey);
}

export function planTable(program: ProgramFile, request: TableRequest): FilePlan[] {
  const { name } = request;
  checkName("table", name, program);
  const sortKey = request.sortKey === undefined ? undefined : parseKey(request.sortKey);
  program.addImport("DynamoTable", "dynamo-table.ts");
  program.addData("DynamoTable", dynamoTable(name, parseKey(request.key), sortKey));
  return [{ file: "index.ts", text: program.text, state: "changed" }];
}

function parseKey(text: string): Key {
  const [, name, type] = /^([A-Za-z_]\w{0,254}):([SNB])$/.exec(text) ?? [];
  if (name === undefined || type === undefined) {
    throw new UserError(
      `${JSON.stringify(text)} is no key: a name, a colon and a type (S string, N number, B binary) are wanted, e.g. id:S.`,
    );
  }
  return { name, type: type as Key["type"] };
}
