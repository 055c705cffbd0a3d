/** DynamoDB: reads and writes by what functions may do with a table, capacity, storage and backup. */
import type { RecordedResource } from "../../../program/recording.ts";
import { plainObject } from "../../diff/special.ts";
import { type Grant, grantsOf } from "../../program-view/grants.ts";
import type { Costing } from "../costing.ts";
import { HOURS, MILLION } from "../units.ts";

const service = "Amazon DynamoDB";
const READS = /^dynamodb:(\*|Get|BatchGet|Query|Scan)/;
const WRITES = /^dynamodb:(\*|Put|Update|Delete|BatchWrite)/;
/** KB that one unit reads or writes. */
const KB_PER_READ = 4;
const KB_PER_WRITE = 1;

export function meterTables({ view, meter, prices, free, assumed, calls }: Costing): void {
  const tables = view.ofType("aws:dynamodb/table:Table");
  const grants = grantsOf(view).filter(
    ({ effect, holderKind }) => effect === "Allow" && holderKind === "function",
  );
  // A function that may read or write a table does it once a call.
  const units = (pattern: RegExp, kilobytes: number) =>
    tables
      .filter(isOnDemand)
      .flatMap((table) => holdersOf(table, grants, pattern))
      .reduce((sum, urn) => sum + (calls.get(urn) ?? 0), 0) * Math.ceil(assumed["item-size"] / kilobytes);
  const capacity = (key: "readCapacity" | "writeCapacity") =>
    tables
      .filter((table) => !isOnDemand(table))
      .reduce((sum, { inputs }) => sum + Number(inputs[key] ?? 0), 0);
  const backedUp = tables.filter(({ inputs }) => plainObject(inputs.pointInTimeRecovery)?.enabled === true);
  const { dynamodb: price } = prices;

  meter.add({
    service,
    item: "writes on demand",
    quantity: units(WRITES, KB_PER_WRITE) / MILLION,
    unit: "million",
    price: price.writesPerMillion,
  });
  meter.add({
    service,
    item: "reads on demand",
    quantity: units(READS, KB_PER_READ) / MILLION,
    unit: "million",
    price: price.readsPerMillion,
  });
  meter.add({
    service,
    item: "write capacity",
    quantity: capacity("writeCapacity") * HOURS,
    unit: "unit-hours",
    price: price.writeCapacityHour,
    free: free.dynamodbWriteCapacity * HOURS,
  });
  meter.add({
    service,
    item: "read capacity",
    quantity: capacity("readCapacity") * HOURS,
    unit: "unit-hours",
    price: price.readCapacityHour,
    free: free.dynamodbReadCapacity * HOURS,
  });
  meter.add({
    service,
    item: "storage",
    quantity: tables.length * assumed["table-storage"],
    unit: "GB",
    price: price.storageGb,
    free: free.dynamodbStorageGb,
  });
  meter.add({
    service,
    item: "point-in-time recovery",
    quantity: backedUp.length * assumed["table-storage"],
    unit: "GB",
    price: price.pointInTimeGb,
  });
}

function isOnDemand({ inputs }: RecordedResource): boolean {
  return inputs.billingMode === "PAY_PER_REQUEST";
}

/** URNs of the functions that may do it with the table, each once. */
function holdersOf(table: RecordedResource, grants: Grant[], pattern: RegExp): string[] {
  const arn = String(table.outputs.arn);
  const allowing = grants.filter(
    ({ action, resource }) =>
      pattern.test(action) && (resource === "*" || resource === arn || resource.startsWith(`${arn}/`)),
  );
  return [...new Set(allowing.map(({ holder }) => holder.urn))];
}
