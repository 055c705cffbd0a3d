/** What of a run can be looked into from outside: its stores by the names of the program, and where they are here. */

import { readArn } from "../program/reading/arn.ts";
import { regionOf } from "../program/reading/region.ts";
import { declared } from "../program/reading/resources.ts";
import { text } from "../program/reading/value.ts";
import type { RecordedResource, Recording } from "../program/recording.ts";
import { UserError } from "../shared/user-error.js";
import { TABLE, tableName } from "./dynamodb/table-definitions.ts";
import { deadLetterArn, declaredStores } from "./queues-and-buckets/declared.ts";
import type { LocalContext } from "./service.ts";

export interface DeclaredStore {
  /** As the program calls it. */
  name: string;
  /** As AWS would call it. */
  physicalName: string;
  region: string;
}

export interface QueueStore extends DeclaredStore {
  /** On this machine. */
  url: string;
  /** Physical names of the queues whose dead letters come here. */
  deadLettersOf: string[];
}

/** Plain JSON: the run tells it to who asks. */
export interface Stores {
  tables: DeclaredStore[];
  queues: QueueStore[];
  buckets: DeclaredStore[];
  /** Connection string without a database; undefined without a cluster. */
  mongodb?: string;
}

export function storesOf(
  { recording, addresses }: Pick<LocalContext, "recording" | "addresses">,
  mongodb: string | undefined,
): Stores {
  const { queues, buckets } = declaredStores(recording);
  return {
    tables: declared(recording, TABLE).map((table) => tableOf(table, recording)),
    queues: queues.map(({ logicalName, name, arn, url }) => ({
      name: logicalName,
      physicalName: name,
      region: readArn(arn)?.region ?? regionOf(recording),
      url: addresses.apply(url),
      deadLettersOf: queues.filter((source) => deadLetterArn(source) === arn).map((source) => source.name),
    })),
    buckets: buckets.map(({ logicalName, name, region }) => ({
      name: logicalName,
      physicalName: name,
      region,
    })),
    ...(mongodb === undefined ? {} : { mongodb }),
  };
}

function tableOf(table: RecordedResource, recording: Recording): DeclaredStore {
  const region = readArn(text(table.outputs.arn))?.region ?? regionOf(recording);
  return { name: table.name, physicalName: tableName(table), region };
}

/** By either name. */
export function findStore<S extends DeclaredStore>(kind: string, stores: readonly S[], name: string): S {
  const found = stores.find((store) => store.name === name || store.physicalName === name);
  if (found) return found;
  const names =
    stores
      .map((store) => store.name)
      .sort()
      .join(", ") || "none";
  throw new UserError(`The program declares no ${kind} ${JSON.stringify(name)}. There are: ${names}.`);
}
