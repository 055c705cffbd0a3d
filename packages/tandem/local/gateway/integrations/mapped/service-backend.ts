/** Calls a service of AWS in the name of the integration's role. The emulator that it comes to judges the role as it judges any caller. */
import { credentialsOf } from "../../../iam/credentials.ts";
import { signerOf } from "../../../signer.ts";
import type { RoutedRequest } from "../../api.ts";
import type { GatewayAnswers } from "../../gateway-answers.ts";
import { messageAnswer } from "../../http/http-message.ts";
import type { BackendAnswer, MappedRequest, ServiceBackend } from "../../mapped-target.ts";
import { NotJudged, parsed } from "../../templates/values.ts";
import { exchange, isNoAnswer, type NoAnswer } from "../exchange.ts";
import { serviceCall } from "./service-protocols.ts";

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
  { answers, endpoints }: ServiceNeeds,
): Promise<BackendAnswer | NoAnswer> {
  const { service, region, roleArn, refusal } = backend;
  if (refusal !== undefined) return { answer: answers.integrationError, reason: refusal };
  const endpoint = endpoints(service);
  if (!endpoint) throw new NotJudged(`${service} is not there in the local run`);
  const call = serviceCall(backend, asked, routed);
  const { method, path, query, body } = call;
  const sign = signerOf({ service, region, credentials: credentialsOf(roleArn, SESSION) });
  const headers = await sign({ endpoint, method, path, query, headers: call.headers, body });
  const url = new URL(path, endpoint);
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
  url.search = url.search.replaceAll("+", "%20");
  const given = await exchange({ url, method, headers, body }, timeoutMilliseconds, answers);
  if (isNoAnswer(given)) return given;
  if (given.status === 501) return notImplemented(given.body.toString());
  const { status } = given;
  return { ...given, body: call.answered(given), selects: String(status) };
}

function notImplemented(body: string): NoAnswer {
  const json = parsed(body);
  const message = json instanceof Map ? json.get("message") : /<Message>(.*?)<\/Message>/s.exec(body)?.[1];
  const reason = typeof message === "string" ? message : "the service does not know this operation here";
  return { answer: messageAnswer(501, reason), reason };
}
