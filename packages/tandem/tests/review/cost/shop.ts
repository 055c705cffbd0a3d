/** A small program to bill: two functions behind an API, each using one table in one way. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { record } from "../../../program/record.ts";
import type { Recording } from "../../../program/recording.ts";
import { api } from "../support/functions.ts";

export function recordShop(more: () => void = () => {}): Promise<Recording> {
  return record(
    () => {
      const table = new aws.dynamodb.Table("stock", {
        name: "shop-stock",
        attributes: [{ name: "sku", type: "S" }],
        hashKey: "sku",
        billingMode: "PAY_PER_REQUEST",
        pointInTimeRecovery: { enabled: true },
      });
      const read = billed("read", 512, table, ["dynamodb:GetItem", "dynamodb:Query"]);
      const write = billed("write", 1024, table, ["dynamodb:PutItem"]);
      api([
        { key: "GET /stock", to: read },
        { key: "PUT /stock", to: write },
      ]);
      more();
    },
    { project: "shop", config: { "aws:region": "eu-central-1" } },
  );
}

function billed(
  name: string,
  memorySize: number,
  table: aws.dynamodb.Table,
  actions: string[],
): aws.lambda.Function {
  const logs = new aws.cloudwatch.LogGroup(`${name}-logs`, {
    name: `/aws/lambda/shop-${name}`,
    retentionInDays: 30,
  });
  const role = new aws.iam.Role(name, { name: `shop-${name}`, assumeRolePolicy: "{}" });
  new aws.iam.RolePolicy(name, {
    role: role.id,
    policy: pulumi.jsonStringify({ Statement: [{ Effect: "Allow", Action: actions, Resource: table.arn }] }),
  });
  return new aws.lambda.Function(name, {
    name: `shop-${name}`,
    role: role.arn,
    architectures: ["arm64"],
    memorySize,
    runtime: "nodejs24.x",
    handler: "index.handler",
    code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("//") }),
    tracingConfig: { mode: "Active" },
    loggingConfig: { logFormat: "JSON", logGroup: logs.name },
  });
}
