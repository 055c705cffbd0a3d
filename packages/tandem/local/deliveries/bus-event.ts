/** An event as a bus of EventBridge passes it on. */
import { randomUUID } from "node:crypto";
import { ACCOUNT_ID } from "../../program/reading/arn.ts";
import { isoSeconds } from "../iso-seconds.ts";

export interface BusEvent {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  /** Whole seconds, as AWS writes it. */
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
}

export interface BusEventInput {
  source: string;
  detailType: string;
  detail: unknown;
  region: string;
  resources?: string[];
  time?: Date;
}

export function busEvent({
  source,
  detailType,
  detail,
  region,
  resources = [],
  time = new Date(),
}: BusEventInput): BusEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": detailType,
    source,
    account: ACCOUNT_ID,
    time: isoSeconds(time),
    region,
    resources,
    detail,
  };
}
