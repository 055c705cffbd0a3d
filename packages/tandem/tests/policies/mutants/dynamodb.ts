import type { Recording } from "../../../program/recording.ts";
import { find, type Mutants, set } from "../support/mutant.ts";

const TABLE_TYPE = "aws:dynamodb/table:Table";

const inTable = (path: string, value?: string | boolean) => (recording: Recording) =>
  set(find(recording, TABLE_TYPE, "plants"), path, value);

export const dynamodbMutants: Mutants = {
  "dynamodb/point-in-time-recovery": [
    { change: "a table cannot be restored", mutate: inTable("pointInTimeRecovery.enabled", false) },
  ],
  "dynamodb/deletion-protection": [
    { change: "a table can be deleted", mutate: inTable("deletionProtectionEnabled", false) },
  ],
  "dynamodb/capacity": [
    { change: "a table's capacity was not thought of", mutate: inTable("billingMode") },
    {
      change: "a table is provisioned with no capacity",
      stack: "dev",
      mutate: inTable("billingMode", "PROVISIONED"),
    },
  ],
};
