import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { declared } from "./declared.ts";
import type { Link } from "./link.ts";
import { physicalName, variablePrefix } from "./names.ts";

export interface KeyAttribute {
  name: string;
  /** String, number or binary. */
  type: "S" | "N" | "B";
}

export interface DynamoTableArgs {
  partitionKey: KeyAttribute;
  sortKey?: KeyAttribute;
  /** Attribute that holds the second (Unix time) after which an item may go. */
  expiryAttribute?: string;
  /** Refuse to delete the table, by Pulumi and by DynamoDB. */
  protect?: boolean;
}

const reading = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"];
const writing = ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];

/** A table billed by request, restorable to any second of the last 35 days. `read`, `write` and `readWrite` link it to functions. */
export class DynamoTable extends pulumi.ComponentResource {
  /** Logical name. */
  readonly name: string;
  readonly tableName: pulumi.Output<string>;
  readonly tableArn: pulumi.Output<string>;
  /** Reads items, one by one and in pages. */
  readonly read: Link;
  /** Puts, changes and deletes items, without reading them. */
  readonly write: Link;
  readonly readWrite: Link;

  constructor(name: string, args: DynamoTableArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:DynamoTable", name, {}, opts);
    this.name = name;
    const { partitionKey, sortKey, expiryAttribute, protect = false } = args;
    const keys = sortKey ? [partitionKey, sortKey] : [partitionKey];

    const table = new aws.dynamodb.Table(
      name,
      {
        name: physicalName(name, "table"),
        billingMode: "PAY_PER_REQUEST",
        hashKey: partitionKey.name,
        rangeKey: sortKey?.name,
        attributes: keys,
        ttl: expiryAttribute ? { attributeName: expiryAttribute, enabled: true } : undefined,
        // Whatever `protect` is: it is off when a table is deleted, and DynamoDB keeps a last backup of one that has recovery.
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: protect,
      },
      { parent: this, protect },
    );

    this.tableName = table.name;
    this.tableArn = table.arn;
    this.read = this.#link(`${name}.read`, name, reading);
    this.write = this.#link(`${name}.write`, name, writing);
    this.readWrite = this.#link(`${name}.readWrite`, name, [...reading, ...writing]);
    declared("tables", name, this);
    this.registerOutputs({ tableName: this.tableName, tableArn: this.tableArn });
  }

  #link(linkName: string, name: string, actions: string[]): Link {
    return {
      name: linkName,
      variables: { [`${variablePrefix(name)}_TABLE`]: this.tableName },
      permissions: [{ actions, resources: [this.tableArn] }],
    };
  }
}
