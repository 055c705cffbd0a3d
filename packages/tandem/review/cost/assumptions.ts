/** What a program does not say of itself and its bill depends on: how much it is used. Each is an option of the command. */

export interface Assumption {
  default: number;
  /** For the table of assumptions. */
  meaning: string;
}

export const assumptions = {
  requests: { default: 1_000_000, meaning: "requests of the API a month, spread evenly over its routes" },
  duration: { default: 50, meaning: "milliseconds a call of a function takes" },
  response: { default: 2, meaning: "KB of a response" },
  "item-size": { default: 1, meaning: "KB of an item of a table" },
  "table-storage": { default: 1, meaning: "GB in each table" },
  "log-size": { default: 2, meaning: "KB that a call of a function logs" },
  "access-log-size": { default: 0.5, meaning: "KB that the API logs of a request" },
  "flow-log": { default: 1, meaning: "GB of flow logs a month" },
  messages: {
    default: 10_000,
    meaning: "messages a month of each queue, topic, stream or event rule that calls a function",
  },
  uploads: { default: 100, meaning: "objects put a month into each bucket that calls a function" },
  "bucket-storage": { default: 1, meaning: "GB in each bucket" },
  emails: { default: 10, meaning: "e-mails a month from each topic" },
  "endpoint-data": { default: 1, meaning: "GB a month through each interface endpoint" },
  "nat-data": { default: 1, meaning: "GB a month through each NAT gateway" },
  oplog: { default: 2, meaning: "GB of the cluster's oplog that point-in-time recovery keeps" },
  "database-size": { default: 10, meaning: "GB of the Atlas cluster's data, for its backups" },
} as const satisfies Record<string, Assumption>;

export type AssumptionName = keyof typeof assumptions;

export interface Assumed extends Record<AssumptionName, number> {
  /** Milliseconds by logical name of a function, where they differ from `duration`. */
  durations: Readonly<Record<string, number>>;
}

export function assumed(given: Partial<Assumed> = {}): Assumed {
  const defaults = Object.fromEntries(
    Object.entries(assumptions).map(([name, { default: value }]) => [name, value]),
  ) as Record<AssumptionName, number>;
  return { durations: {}, ...defaults, ...given };
}
