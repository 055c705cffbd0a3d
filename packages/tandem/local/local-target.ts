/** The local run as what takes data and requests: the program's outputs with local addresses, and keys for all stores. */
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { regionOf } from "../program/reading/region.ts";
import type { Value, Values } from "../program/recording.ts";
import { UserError } from "../shared/user-error.js";
import { type Credentials, operatorCredentials } from "./iam/credentials.ts";
import type { LocalContext } from "./service.ts";
import type { RunStatus } from "./state-folder.ts";

/** A stack that takes data: the local run or a deployed one. */
export interface DataTarget {
  outputs: Values;
  /** Endpoint and credentials of a local run; the region alone for a deployed stack, whose credentials the SDK finds. */
  aws: DynamoDBClientConfig;
}

type Run = Pick<LocalContext, "recording" | "addresses">;

export function localTarget({ recording, addresses }: Run): DataTarget {
  return {
    outputs: localOutputs({ recording, addresses }),
    aws: awsSettings(addresses.variables(), regionOf(recording)),
  };
}

/** Settings of an SDK client for the local stores, with the keys of the person at this machine: all is allowed. */
export function awsSettings(variables: Record<string, string>, region: string): DataTarget["aws"] {
  const endpoint = variables.AWS_ENDPOINT_URL_DYNAMODB;
  return { region, credentials: operatorCredentials, ...(endpoint === undefined ? {} : { endpoint }) };
}

/** The same for one store of a run that is up, by the variable that says where it is. */
export function settingsFor(
  { variables }: Pick<RunStatus, "variables">,
  variable: string,
  region: string,
): { endpoint: string; region: string; credentials: Credentials } {
  const endpoint = variables[variable];
  if (endpoint === undefined)
    throw new UserError(`The local run has no ${variable}: its program declares no such store.`);
  return { endpoint, region, credentials: operatorCredentials };
}

export function localOutputs({ recording, addresses }: Run): Values {
  const toLocal = (value: Value): Value => {
    if (typeof value === "string") return addresses.apply(value);
    if (Array.isArray(value)) return value.map(toLocal);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toLocal(part)])) as Value;
  };
  return toLocal(recording.outputs) as Values;
}
