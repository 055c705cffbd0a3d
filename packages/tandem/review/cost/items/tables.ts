/** DynamoDB: reads and writes by what functions may do with a table, capacity, storage and backup; by table class. */

import { plainObject } from "../../../program/reading/value.ts";
import type { RecordedResource } from "../../../program/recording.ts";
import { type Grant, grantsOf } from "../../program-view/grants.ts";
import type { Costing } from "../costing.ts";
import type { TablePrices } from "../prices/prices.ts";
import { HOURS, MILLION } from "../units.ts";

const SERVICE = "Amazon DynamoDB";
const TABLE = "aws:dynamodb/table:Table";
const RARE = "STANDARD_INFREQUENT_ACCESS";
const READS = /^dynamodb:(\*|Get|BatchGet|Query|Scan)/;
const WRITES = /^dynamodb:(\*|Put|Update|Delete|BatchWrite)/;
/** KB that one unit reads or writes. */
const KB_PER_READ = 4;
const KB_PER_WRITE = 1;

export function meterTables(costing: Costing): void {
  const { view, meter, prices, free } = costing;
  const tables = view.ofType(TABLE);
  const isRare = ({ inputs }: RecordedResource) => inputs.tableClass === RARE;
  // The free storage is for tables of the class Standard.
  meterClass(
    "",
    tables.filter((table) => !isRare(table)),
    prices.dynamodb,
    costing,
    free.dynamodbStorageGb,
  );
  meterCapacity(
    tables.filter((table) => !isRare(table)),
    costing,
  );
  const rare = tables.filter(isRare);
  const { infrequentAccess } = prices.dynamodb;
  if (infrequentAccess === undefined) {
    for (const { name } of rare) meter.unpriced(TABLE, name, `the price list has no table class ${RARE}`);
    return;
  }
  meterClass(" of infrequent access", rare, infrequentAccess, costing, 0);
  for (const { name } of rare.filter((table) => !isOnDemand(table))) {
    meter.unpriced(TABLE, name, `the price list has no provisioned capacity of the class ${RARE}`);
  }
}

function meterClass(
  which: string,
  tables: RecordedResource[],
  price: TablePrices,
  { view, meter, assumed, calls }: Costing,
  freeStorage: number,
): void {
  const grants = grantsOf(view).filter(
    ({ effect, holderKind }) => effect === "Allow" && holderKind === "function",
  );
  // A function that may read or write a table does it once a call.
  const units = (pattern: RegExp, kilobytes: number) =>
    tables
      .filter(isOnDemand)
      .flatMap((table) => holdersOf(table, grants, pattern))
      .reduce((sum, urn) => sum + (calls.get(urn) ?? 0), 0) * Math.ceil(assumed["item-size"] / kilobytes);
  const backedUp = tables.filter(({ inputs }) => plainObject(inputs.pointInTimeRecovery)?.enabled === true);
  meter.add({
    service: SERVICE,
    item: `writes on demand${which}`,
    quantity: units(WRITES, KB_PER_WRITE) / MILLION,
    unit: "million",
    price: price.writesPerMillion,
  });
  meter.add({
    service: SERVICE,
    item: `reads on demand${which}`,
    quantity: units(READS, KB_PER_READ) / MILLION,
    unit: "million",
    price: price.readsPerMillion,
  });
  meter.add({
    service: SERVICE,
    item: `storage${which}`,
    quantity: tables.length * assumed["table-storage"],
    unit: "GB",
    price: price.storageGb,
    free: freeStorage,
  });
  meter.add({
    service: SERVICE,
    item: `point-in-time recovery${which}`,
    quantity: backedUp.length * assumed["table-storage"],
    unit: "GB",
    price: price.pointInTimeGb,
  });
}

function meterCapacity(tables: RecordedResource[], { meter, prices, free }: Costing): void {
  const capacity = (key: "readCapacity" | "writeCapacity") =>
    tables
      .filter((table) => !isOnDemand(table))
      .reduce((sum, { inputs }) => sum + Number(inputs[key] ?? 0), 0);
  meter.add({
    service: SERVICE,
    item: "write capacity",
    quantity: capacity("writeCapacity") * HOURS,
    unit: "unit-hours",
    price: prices.dynamodb.writeCapacityHour,
    free: free.dynamodbWriteCapacity * HOURS,
  });
  meter.add({
    service: SERVICE,
    item: "read capacity",
    quantity: capacity("readCapacity") * HOURS,
    unit: "unit-hours",
    price: prices.dynamodb.readCapacityHour,
    free: free.dynamodbReadCapacity * HOURS,
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
