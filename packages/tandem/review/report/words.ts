/** What a person calls a resource of a type. */
import { typeName } from "../diff/names.ts";
import { type Line, line } from "./line.ts";

const WORDS: Record<string, string> = {
  "aws:apigatewayv2/api:Api": "API",
  "aws:apigatewayv2/route:Route": "route",
  "aws:cloudwatch/dashboard:Dashboard": "dashboard",
  "aws:cloudwatch/logGroup:LogGroup": "log group",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "alarm",
  "aws:dynamodb/table:Table": "table",
  "aws:iam/role:Role": "role",
  "aws:iam/rolePolicy:RolePolicy": "role policy",
  "aws:iam/policy:Policy": "managed policy",
  "aws:lambda/function:Function": "function",
  "aws:s3/bucket:Bucket": "bucket",
  "aws:scheduler/schedule:Schedule": "schedule",
  "aws:sns/topic:Topic": "topic",
  "aws:sqs/queue:Queue": "queue",
  "mongodbatlas:index/advancedCluster:AdvancedCluster": "Atlas cluster",
  "mongodbatlas:index/databaseUser:DatabaseUser": "database user",
};

/** `function listOrders`, or the type as it stands in a program where no word is common. */
export function named(type: string, name: string): Line {
  const [provider, area] = [type.startsWith("pulumi:providers:"), type === "pulumi:pulumi:Stack"];
  if (provider && name === "default") return line`configuration ${type.slice("pulumi:providers:".length)}`;
  if (area) return [name === "outputs" ? "stack " : "encrypted ", { code: name }];
  const word = WORDS[type];
  return word === undefined ? line`${typeName(type)} ${name}` : line`${[`${word} `]}${name}`;
}

/** For an enumeration, where the type is told by its last word: `role`, `event source mapping`. */
export function wordFor(type: string, count = 1): string {
  const word = WORDS[type] ?? spaced(type.slice(type.lastIndexOf(":") + 1));
  if (count === 1) return word;
  return `${count} ${/[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`}`;
}

function spaced(name: string): string {
  return name.replace(/(?<=[a-z\d])(?=[A-Z])/g, " ").toLowerCase();
}
