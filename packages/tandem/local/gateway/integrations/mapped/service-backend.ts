/** Calls a service of AWS in the name of the integration's role. The emulator that it comes to judges the role as it judges any caller. */
import { credentialsOf } from "../../../iam/credentials.ts";
import { elementText } from "../../../read-xml.ts";
import { signerOf } from "../../../signer.ts";
import type { RoutedRequest } from "../../api.ts";
import type { GatewayAnswers } from "../../gateway-answers.ts";
import { messageAnswer } from "../../http/http-message.ts";
import type { BackendAnswer, MappedRequest, ServiceBackend } from "../../mapped-target.ts";
import { NotJudged, parsed } from "../../templates/values.ts";
import { exchange, type Incoming, isNoAnswer, type NoAnswer } from "../exchange.ts";
import { serviceCall, type UnsignedCall } from "./service-protocols.ts";

/** Where a service is reached, e.g. `sqs`; undefined where the run has none. */
export type ServiceEndpoints = (service: string) => URL | undefined;

export interface ServiceNeeds {
  answers: GatewayAnswers;
  endpoints: ServiceEndpoints;
}

/** What API Gateway calls its sessions of a role. */
const SESSION = "BackplaneAssumeRoleSession";

export async function callService(
  backend: ServiceBackend,
  asked: MappedRequest,
  routed: RoutedRequest,
  timeoutMilliseconds: number,
  needs: ServiceNeeds,
): Promise<BackendAnswer | NoAnswer> {
  const call = serviceCall(backend, asked, routed);
  const given = await signedExchange(backend, call, timeoutMilliseconds, needs);
  if (isNoAnswer(given)) return given;
  return { ...given, body: call.answered(given), selects: String(given.status) };
}

/** In the name of the role, where API Gateway may assume it. */
export async function signedExchange(
  { service, region, roleArn, refusal }: Pick<ServiceBackend, "service" | "region" | "roleArn" | "refusal">,
  { method, path, query, body, ...call }: Omit<UnsignedCall, "answered">,
  timeoutMilliseconds: number,
  { answers, endpoints }: ServiceNeeds,
): Promise<Incoming | NoAnswer> {
  if (refusal !== undefined) return { answer: answers.integrationError, reason: refusal };
  const endpoint = endpoints(service);
  if (!endpoint) throw new NotJudged(`${service} is not there in the local run`);
  const sign = signerOf({ service, region, credentials: credentialsOf(roleArn, SESSION) });
  const headers = await sign({ endpoint, method, path, query, headers: call.headers, body });
  const url = new URL(path, endpoint);
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
  url.search = url.search.replaceAll("+", "%20");
  const given = await exchange({ url, method, headers, body }, timeoutMilliseconds, answers);
  return isNoAnswer(given) || given.status !== 501 ? given : notImplemented(given.body.toString());
}

function notImplemented(body: string): NoAnswer {
  const json = parsed(body);
  const message = json instanceof Map ? json.get("message") : elementText(body, "Message");
  const reason = typeof message === "string" ? message : "the service does not know this operation here";
  return { answer: messageAnswer(501, reason), reason };
}
