/// <reference path="./dynalite.d.ts" />
/** What dynalite says is wrong with a request about a table, without doing it. */
import * as createTable from "dynalite/validations/createTable.js";
import { checkTypes, checkValidations } from "dynalite/validations/index.js";
import * as updateTable from "dynalite/validations/updateTable.js";
import type { JsonObject } from "../../shared/json.ts";
import { DynamodbError } from "./dynamodb-error.ts";
import type { CreateTableInput } from "./table-definitions.ts";

/** Throws the DynamodbError that answers an UpdateTable whose parts are wrong. */
export function checkUpdate(input: JsonObject): void {
  try {
    const typed = checkTypes(structuredClone(input), updateTable.types);
    checkValidations(typed, updateTable.types, updateTable.custom, {});
  } catch (error) {
    const { body } = error as { body?: { __type: string; message?: string; Message?: string } };
    if (!body) throw error;
    const code = body.__type.slice(body.__type.indexOf("#") + 1);
    throw new DynamodbError("UpdateTable", code, body.message ?? body.Message ?? "");
  }
}

/** Why DynamoDB does not create such a table of well-formed parts; undefined where it does. */
export function mistakeOfTable(create: CreateTableInput): string | undefined {
  return createTable.custom(create);
}
