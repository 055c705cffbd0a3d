/** The tables of a recorded program, in the words of DynamoDB's CreateTable. */

import { readArn } from "../../program/reading/arn.ts";
import { MAPPING } from "../../program/reading/event-sources.ts";
import { declared } from "../../program/reading/resources.ts";
import { list, number, object, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Value } from "../../program/recording.ts";
import type { ReaderDefinition } from "../records/record-log.ts";

export const TABLE = "aws:dynamodb/table:Table";
export const ITEM = "aws:dynamodb/tableItem:TableItem";

export interface KeyElement {
  AttributeName: string;
  KeyType: "HASH" | "RANGE";
}

export interface AttributeDefinition {
  AttributeName: string;
  AttributeType: string;
}

interface Throughput {
  ReadCapacityUnits: number;
  WriteCapacityUnits: number;
}

export interface IndexDefinition {
  IndexName: string;
  KeySchema: KeyElement[];
  Projection: { ProjectionType: string; NonKeyAttributes?: string[] };
  ProvisionedThroughput?: Throughput;
}

export interface CreateTableInput {
  TableName: string;
  KeySchema: KeyElement[];
  AttributeDefinitions: AttributeDefinition[];
  BillingMode: "PAY_PER_REQUEST" | "PROVISIONED";
  ProvisionedThroughput?: Throughput;
  GlobalSecondaryIndexes?: IndexDefinition[];
  LocalSecondaryIndexes?: IndexDefinition[];
}

export interface TableDefinition {
  create: CreateTableInput;
  /** Absent where the recording has none. */
  arn?: string;
  /** Of replicas, which hold the same items. */
  replicas?: string[];
  /** Attribute with the second after which an item is deleted. */
  expiryAttribute?: string;
  stream?: StreamDefinition;
}

export type ViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

export interface StreamDefinition {
  arn: string;
  label: string;
  viewType: ViewType;
}

/** An item that the program itself declares, in DynamoDB's JSON. */
export interface ItemDefinition {
  table: string;
  item: Record<string, unknown>;
}

export interface DeclaredTables {
  /** Stands in the ARNs that DescribeTable shows. */
  region: string;
  tables: TableDefinition[];
  items: ItemDefinition[];
  /** Mappings that read the streams. */
  readers: ReaderDefinition[];
}

export function tableDefinitions(recording: Recording): TableDefinition[] {
  return declared(recording, TABLE).map(tableDefinition);
}

export function itemDefinitions(recording: Recording): ItemDefinition[] {
  return declared(recording, ITEM).map(({ inputs }) => ({
    table: text(inputs.tableName) ?? "",
    item: JSON.parse(text(inputs.item) ?? "{}") as Record<string, unknown>,
  }));
}

/** Also of mappings that are switched off: they keep their place. */
export function readerDefinitions(recording: Recording): ReaderDefinition[] {
  return declared(recording, MAPPING)
    .filter(readsStream)
    .map(({ urn, inputs }) => ({
      name: urn,
      arn: text(inputs.eventSourceArn) ?? "",
      startsAt: text(inputs.startingPosition) === "TRIM_HORIZON" ? "TRIM_HORIZON" : "LATEST",
    }));
}

/** Whether a mapping is of a table's stream. */
export function readsStream({ inputs }: RecordedResource): boolean {
  return /^arn:[^:]+:dynamodb:.*\/stream\//.test(text(inputs.eventSourceArn) ?? "");
}

export function tableName({ name, inputs, outputs }: RecordedResource): string {
  return text(outputs.name) ?? text(inputs.name) ?? name;
}

/** Where the table is to be found; undefined where the recording does not say. */
export function regionsOf(table: TableDefinition | undefined): string[] | undefined {
  const own = readArn(table?.arn)?.region;
  return own === undefined ? undefined : [own, ...(table?.replicas ?? [])];
}

function tableDefinition(table: RecordedResource): TableDefinition {
  const { inputs } = table;
  const onDemand = text(inputs.billingMode) === "PAY_PER_REQUEST";
  const throughput = (values: Record<string, Value>) =>
    onDemand ? {} : { ProvisionedThroughput: capacity(values) };
  const globals = list(inputs.globalSecondaryIndexes).map((index) =>
    indexDefinition(object(index), throughput),
  );
  const locals = list(inputs.localSecondaryIndexes).map((index) =>
    localIndex(object(index), text(inputs.hashKey)),
  );
  const ttl = object(inputs.ttl);
  const arn = text(table.outputs.arn);
  const expiryAttribute = ttl.enabled === false ? undefined : text(ttl.attributeName);
  return {
    create: {
      TableName: tableName(table),
      KeySchema: keySchema(inputs),
      AttributeDefinitions: list(inputs.attributes).map((attribute) => {
        const { name, type } = object(attribute);
        return { AttributeName: text(name) ?? "", AttributeType: text(type) ?? "" };
      }),
      BillingMode: onDemand ? "PAY_PER_REQUEST" : "PROVISIONED",
      ...throughput(inputs),
      ...(globals.length > 0 ? { GlobalSecondaryIndexes: globals } : {}),
      ...(locals.length > 0 ? { LocalSecondaryIndexes: locals } : {}),
    },
    ...(expiryAttribute ? { expiryAttribute } : {}),
    ...(arn === undefined ? {} : { arn }),
    ...streamOf(table),
    replicas: list(inputs.replicas).flatMap((replica) => text(object(replica).regionName) ?? []),
  };
}

function streamOf({ inputs, outputs }: RecordedResource): Pick<TableDefinition, "stream"> {
  const arn = text(outputs.streamArn);
  if (inputs.streamEnabled !== true || arn === undefined) return {};
  const label = text(outputs.streamLabel) ?? arn.slice(arn.indexOf("/stream/") + "/stream/".length);
  return {
    stream: { arn, label, viewType: (text(inputs.streamViewType) ?? "NEW_AND_OLD_IMAGES") as ViewType },
  };
}

/** Keys stand as `hashKey` and `rangeKey`, or in newer programs as a list `keySchemas`. */
function keySchema(values: Record<string, Value>): KeyElement[] {
  const listed = list(values.keySchemas).map((element) => {
    const { attributeName, keyType } = object(element);
    return {
      AttributeName: text(attributeName) ?? "",
      KeyType: text(keyType) === "RANGE" ? "RANGE" : "HASH",
    } as const;
  });
  if (listed.length > 0) return listed;
  const [hash, range] = [text(values.hashKey), text(values.rangeKey)];
  return [
    ...(hash ? [{ AttributeName: hash, KeyType: "HASH" } as const] : []),
    ...(range ? [{ AttributeName: range, KeyType: "RANGE" } as const] : []),
  ];
}

function indexDefinition(
  index: Record<string, Value>,
  throughput: (values: Record<string, Value>) => Pick<IndexDefinition, "ProvisionedThroughput">,
): IndexDefinition {
  const others = list(index.nonKeyAttributes).map((attribute) => text(attribute) ?? "");
  return {
    IndexName: text(index.name) ?? "",
    KeySchema: keySchema(index),
    Projection: {
      ProjectionType: text(index.projectionType) ?? "ALL",
      ...(others.length > 0 ? { NonKeyAttributes: others } : {}),
    },
    ...throughput(index),
  };
}

/** A local index has the partition key of its table. */
function localIndex(index: Record<string, Value>, hashKey: string | undefined): IndexDefinition {
  return indexDefinition({ ...index, hashKey: hashKey ?? "" }, () => ({}));
}

function capacity(values: Record<string, Value>): Throughput {
  return {
    ReadCapacityUnits: number(values.readCapacity) ?? 1,
    WriteCapacityUnits: number(values.writeCapacity) ?? 1,
  };
}
