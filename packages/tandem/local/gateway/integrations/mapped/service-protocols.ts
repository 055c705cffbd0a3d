/** How services of AWS are called: by JSON and the name of an operation, by forms, or, S3, by paths. */
import { randomUUID } from "node:crypto";
import { readArn } from "../../../../program/reading/arn.ts";
import { type JsonService, jsonTargets } from "../../../json-client.ts";
import { elementText } from "../../../read-xml.ts";
import type { RoutedRequest } from "../../api.ts";
import type { MappedRequest, ServiceBackend } from "../../mapped-target.ts";
import { NotJudged, parsed } from "../../templates/values.ts";
import type { Incoming } from "../exchange.ts";
import { filled } from "./server-backend.ts";
import { sqsInput } from "./sqs-form.ts";

export interface UnsignedCall {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string | Buffer;
  /** The body that the integration is answered with. */
  answered(given: Incoming): Buffer;
}

/** Services that an integration may name here. */
export const INTEGRATED = new Set([...Object.keys(jsonTargets), "s3", "sns"]);

const FORM = "application/x-www-form-urlencoded";
const TARGET = "x-amz-target";

const asItIs = ({ body }: Incoming) => body;

export function serviceCall(
  backend: ServiceBackend,
  asked: MappedRequest,
  routed: RoutedRequest,
): UnsignedCall {
  const { service } = backend;
  const path = filled(backend.path, asked.path, routed);
  if (service === "s3") return objectCall(backend, asked, path, routed.request.method);
  if (service === "sns") return topicCall(backend, asked);
  if (service === "sqs" && asked.headers[TARGET] === undefined) return queueCall(backend, asked, path);
  return jsonCall(service, backend.action, asked.headers, asked.body);
}

export function jsonCall(
  service: string,
  action: string | undefined,
  mapped: Record<string, string>,
  body: string | Buffer,
): UnsignedCall {
  const { target, version } = isJsonService(service) ? jsonTargets[service] : { target: "", version: "1.0" };
  const operation = action === undefined ? mapped[TARGET] : `${target}.${action}`;
  if (operation === undefined)
    throw new NotJudged(`nothing says which operation of ${service} it is: neither action/ nor X-Amz-Target`);
  const headers = {
    "content-type": `application/x-amz-json-${version}`,
    ...signable(mapped),
    [TARGET]: operation,
  };
  return { method: "POST", path: "/", query: {}, headers, body, answered: asItIs };
}

function objectCall(
  { method }: ServiceBackend,
  { headers, query, body }: MappedRequest,
  path: string,
  callers: string,
): UnsignedCall {
  return {
    method: method ?? callers,
    path: `/${path}`,
    query: Object.fromEntries(query),
    headers: signable(headers),
    body,
    answered: asItIs,
  };
}

function isJsonService(service: string): service is JsonService {
  return Object.hasOwn(jsonTargets, service);
}

/** Forms go on as they are; what comes is XML, and API Gateway asks for JSON. */
function topicCall({ action }: ServiceBackend, asked: MappedRequest): UnsignedCall {
  const form = formOf(asked, action);
  const headers = { ...signable(asked.headers), "content-type": FORM };
  return {
    method: "POST",
    path: "/",
    query: {},
    headers,
    body: form.toString(),
    answered: asksForXml(asked) ? asItIs : topicAnswer(form),
  };
}

function topicAnswer(form: URLSearchParams): UnsignedCall["answered"] {
  const operation = form.get("Action") ?? "";
  return ({ status, body }) => {
    const xml = body.toString();
    const field = (name: string) => elementText(xml, name) ?? null;
    if (status !== 200)
      return asJson({ Error: { Code: field("Code"), Message: field("Message"), Type: field("Type") } });
    if (operation !== "Publish")
      throw new NotJudged(`the answer of SNS to ${operation} is not made JSON here`);
    return asJson(
      wrapped(operation, { MessageId: field("MessageId"), SequenceNumber: field("SequenceNumber") }),
    );
  };
}

/** The local SQS speaks JSON alone, and most integrations send it forms. */
function queueCall(
  { action, region, roleArn }: ServiceBackend,
  asked: MappedRequest,
  path: string,
): UnsignedCall {
  if (asksForXml(asked)) throw new NotJudged("an integration asks SQS for XML, which is not made here");
  const form = formOf(asked, action);
  const operation = form.get("Action") ?? "";
  // Without an account in the path it is the role's.
  const [, account = readArn(roleArn)?.account, queue] = /^(?:(\d{12})\/)?([^/]+)\/?$/.exec(path) ?? [];
  const url =
    queue === undefined ? form.get("QueueUrl") : `https://sqs.${region}.amazonaws.com/${account}/${queue}`;
  const input = JSON.stringify(sqsInput(operation, form, url ?? undefined));
  const { "content-type": _form, ...headers } = asked.headers;
  return {
    ...jsonCall("sqs", operation, headers, input),
    answered: ({ status, body }) => {
      const json = parsed(body.toString());
      const answer = json instanceof Map ? Object.fromEntries(json) : {};
      return asJson(status === 200 ? wrapped(operation, answer) : errorOf(answer));
    },
  };
}

function errorOf({ __type, message = null }: Record<string, unknown>): object {
  const code = String(__type).split("#").at(-1);
  return { Error: { Code: code, Message: message, Type: "Sender" }, RequestId: randomUUID() };
}

/** As older services answer when they are asked for JSON. */
function wrapped(operation: string, result: Record<string, unknown>): object {
  return {
    [`${operation}Response`]: {
      ResponseMetadata: { RequestId: randomUUID() },
      [`${operation}Result`]: result,
    },
  };
}

function asksForXml({ headers }: MappedRequest): boolean {
  return headers.accept?.includes("xml") ?? false;
}

function formOf({ query, body }: MappedRequest, action: string | undefined): URLSearchParams {
  const form = new URLSearchParams(body.toString().trim());
  for (const [name, value] of query) form.set(name, value);
  if (action !== undefined) form.set("Action", action);
  return form;
}

/** What a signature covers must arrive as it was signed. */
function signable(headers: Record<string, string>): Record<string, string> {
  const { host: _host, "content-length": _length, authorization: _authorization, ...rest } = headers;
  return rest;
}

function asJson(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
