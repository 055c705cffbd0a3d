/** Integrations of HTTP APIs with a service of AWS (`integrationSubtype`): its parameters are worked out of the request. */
import { randomUUID } from "node:crypto";
import { isObject } from "../../../shared/json.ts";
import { escapeXml } from "../../escape-xml.ts";
import type { OperationTarget, RoutedRequest } from "../api.ts";
import { headersWhere } from "../http/answer-headers.ts";
import { valueOfRequest } from "../http-values.ts";
import { isNoAnswer } from "./exchange.ts";
import type { Integrated } from "./lambda-integration.ts";
import { type ServiceNeeds, signedExchange } from "./mapped/service-backend.ts";
import { jsonCall } from "./mapped/service-protocols.ts";
import { changedAnswer } from "./parameter-changes.ts";

type Parameters = Record<string, string>;

const INPUTS: Record<OperationTarget["subtype"], (given: Parameters) => object> = {
  "EventBridge-PutEvents": ({ Resources, TraceHeader, Detail = "", ...entry }) => ({
    Entries: [
      {
        ...entry,
        Detail,
        ...(Resources === undefined ? {} : { Resources: asJson(Resources) }),
        ...(TraceHeader === undefined ? {} : { TraceHeader }),
      },
    ],
  }),
  "SQS-SendMessage": ({ DelaySeconds, MessageAttributes, MessageSystemAttributes, ...message }) => ({
    ...message,
    ...(DelaySeconds === undefined ? {} : { DelaySeconds: Number(DelaySeconds) }),
    ...(MessageAttributes === undefined ? {} : { MessageAttributes: asJson(MessageAttributes) }),
    ...(MessageSystemAttributes === undefined
      ? {}
      : { MessageSystemAttributes: asJson(MessageSystemAttributes) }),
  }),
  "StepFunctions-StartExecution": startInput,
  "StepFunctions-StartSyncExecution": startInput,
};

function startInput({ StateMachineArn, Input, Name }: Parameters): object {
  return {
    stateMachineArn: StateMachineArn,
    ...(Input === undefined ? {} : { input: Input }),
    ...(Name === undefined ? {} : { name: Name }),
  };
}

export async function callOperation(
  target: OperationTarget,
  routed: RoutedRequest,
  needs: ServiceNeeds,
): Promise<Integrated> {
  const { subtype, backend, timeoutMilliseconds } = target;
  const given: Parameters = {};
  for (const [name, value] of Object.entries(target.parameters)) {
    const found = valueOfRequest(value, routed);
    if (found !== undefined) given[name] = found;
  }
  const input = JSON.stringify(INPUTS[subtype](given));
  const call = jsonCall(backend.service, backend.action, {}, input);
  const answered = await signedExchange(backend, call, timeoutMilliseconds, needs);
  if (isNoAnswer(answered)) return answered;
  const { status, headers, body } = changedAnswer(answered, target.answers, routed);
  const isQueue = backend.service === "sqs";
  // SQS answers API Gateway in its older protocol.
  const content = isQueue ? sentInXml(status, body.toString()) : body;
  const type = isQueue ? "text/xml" : "application/json";
  const own = headersWhere(headers, (name) => isMapped(name, answered.headers));
  return { answer: { status, headers: ["Content-Type", type, ...own], body: content } };
}

/** Of the service's own headers none comes to the caller here. */
function isMapped(name: string, given: readonly string[]): boolean {
  return !given.some((one, at) => at % 2 === 0 && one === name);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function sentInXml(status: number, body: string): string {
  const json = asJson(body);
  const fields = isObject(json) ? json : {};
  const id = `<RequestId>${randomUUID()}</RequestId>`;
  if (status >= 400) {
    const code = String(fields.__type).split("#").at(-1) ?? "";
    const error = `<Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(String(fields.message))}</Message>`;
    return `<?xml version="1.0"?><ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error>${error}</Error>${id}</ErrorResponse>`;
  }
  const result = Object.entries(fields).map(
    ([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`,
  );
  return `<?xml version="1.0"?><SendMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><SendMessageResult>${result.join("")}</SendMessageResult><ResponseMetadata>${id}</ResponseMetadata></SendMessageResponse>`;
}
