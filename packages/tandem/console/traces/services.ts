/** What of a trace is a service of its own: a segment, or a subsegment that calls something which sends no segment itself. */
import type { ReadTrace } from "./read-trace.ts";
import type { Segment } from "./segments.ts";

export interface Service {
  /** Told apart by type and name. */
  key: string;
  name: string;
  /** `AWS::Lambda::Function`, `AWS::DynamoDB::Table`, `remote`. */
  type: string;
}

/** A call from one service to another, or of the client. */
export interface Edge {
  from: Service;
  to: Service;
  /** The call as its caller measured it, where that said so. */
  of: Segment;
  /** What the one that was called says of itself, where it says anything. */
  own: Segment;
}

export const CLIENT: Service = { key: "client", name: "Client", type: "client" };

export function edgesOf({ roots }: ReadTrace): Edge[] {
  const edges: Edge[] = [];
  for (const root of roots) visit(root, CLIENT, undefined, edges);
  return edges;
}

/** @param call subsegment of the caller that stands for the way to the next service */
function visit(segment: Segment, from: Service, call: Segment | undefined, edges: Edge[]): void {
  const own = serviceOf(segment);
  if (own) {
    // Lambda's two segments are one service.
    if (own.key !== from.key) edges.push({ from, to: own, of: call ?? segment, own: segment });
    for (const child of segment.children) visit(child, own, undefined, edges);
    return;
  }
  const called = calledBy(segment);
  if (!called) {
    for (const child of segment.children) visit(child, from, call, edges);
    return;
  }
  // Who was called tells of itself; then the call leads there.
  const answers = segment.children.filter((child) => serviceOf(child) !== undefined);
  if (answers.length === 0) edges.push({ from, to: called, of: segment, own: segment });
  for (const child of segment.children)
    visit(child, from, answers.includes(child) ? segment : undefined, edges);
}

/** Of a segment; undefined of a subsegment. */
export function serviceOf({ isSubsegment, name, origin }: Segment): Service | undefined {
  if (isSubsegment) return undefined;
  const type = origin === "AWS::Lambda" ? "AWS::Lambda::Function" : (origin ?? "service");
  return { key: `${type} ${name}`, name, type };
}

/** What a subsegment calls. */
export function calledBy({ isSubsegment, namespace, name, aws }: Segment): Service | undefined {
  if (!isSubsegment || (namespace !== "aws" && namespace !== "remote")) return undefined;
  if (namespace === "remote") return { key: `remote ${name}`, name, type: "remote" };
  const [type, called] = awsService(name, aws);
  return { key: `${type} ${called}`, name: called, type };
}

function awsService(name: string, aws: Segment["aws"]): [type: string, name: string] {
  const attribute = (...keys: string[]): string | undefined =>
    keys.map((key) => aws[key]).find((one): one is string => typeof one === "string");
  switch (name.toLowerCase()) {
    case "dynamodb":
      return ["AWS::DynamoDB::Table", lastOf(attribute("table_name") ?? name, "/")];
    case "s3":
      return ["AWS::S3::Bucket", attribute("bucket_name", "bucket") ?? name];
    case "sqs":
      return ["AWS::SQS::Queue", lastOf(attribute("queue_url", "queue") ?? name, "/")];
    case "sns":
      return ["AWS::SNS::Topic", lastOf(attribute("topic_arn") ?? name, ":")];
    case "lambda":
      return ["AWS::Lambda::Function", lastOf(attribute("function_name") ?? name, ":")];
    default:
      return [`AWS::${name}`, name];
  }
}

function lastOf(text: string, separator: string): string {
  return text.split(separator).at(-1) || text;
}
