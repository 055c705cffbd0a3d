import { at, holds, pointing, shown } from "../reading.ts";
import { each, type Rule } from "../rule.ts";

const TABLE_TYPE = "aws:dynamodb/table:Table";

export const dynamodbRules: Rule[] = [
  {
    id: "dynamodb/point-in-time-recovery",
    standards: ["AwsSolutions-DDB3", "CKV_AWS_28", "DynamoDB.2"],
    title: "A table of production can be restored to any second of the last weeks",
    remedy: "Set `pointInTimeRecovery: { enabled: true }`.",
    onlyInProduction: true,
    check: each(TABLE_TYPE, (table) =>
      holds(at(table, "pointInTimeRecovery.enabled"), (value) => value === true) ? undefined : "no recovery",
    ),
  },
  {
    id: "dynamodb/deletion-protection",
    standards: ["DynamoDB.6"],
    title: "AWS refuses to delete a table of production",
    remedy: "Set `deletionProtectionEnabled: true`.",
    onlyInProduction: true,
    check: each(TABLE_TYPE, (table) => {
      const protectedNow = at(table, "deletionProtectionEnabled");
      return holds(protectedNow, (value) => value === true)
        ? undefined
        : `deletionProtectionEnabled is ${shown(protectedNow)}`;
    }),
  },
  {
    id: "dynamodb/capacity",
    standards: ["DynamoDB.1", "CKV_AWS_165"],
    title: "A table's capacity follows its load, or was chosen on purpose",
    remedy:
      'Set `billingMode: "PAY_PER_REQUEST"`, or both capacities, or let Application Auto Scaling set them.',
    check: each(TABLE_TYPE, (table, recording) => {
      if (holds(at(table, "billingMode"), (value) => value === "PAY_PER_REQUEST")) return undefined;
      const chosen = ["readCapacity", "writeCapacity"].every((capacity) => at(table, capacity) !== undefined);
      const scaled = pointing(recording, "aws:appautoscaling/target:Target", "resourceId", table).length > 0;
      return chosen || scaled ? undefined : "neither on demand nor with a chosen capacity";
    }),
  },
];
