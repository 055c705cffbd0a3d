/** Integrations of a REST API that are no proxies, as they are declared. What cannot be worked out is named before any request. */

import { text, textMap } from "../../../program/reading/value.ts";
import type { Recording, Values } from "../../../program/recording.ts";
import { API_GATEWAY } from "../../iam/invocation-permission.ts";
import { declaredRole, trustRefusal } from "../../iam/trust.ts";
import { wholeText } from "../../time-limit.ts";
import { type UnsupportedTarget, unsupported } from "../api.ts";
import { isMappable, MAPPED_TO } from "../context-variables.ts";
import { mappedParameters, serverAddress } from "../integrations/http-proxy.ts";
import { INTEGRATED } from "../integrations/mapped/service-protocols.ts";
import type {
  Backend,
  ContentHandling,
  MappedTarget,
  Passthrough,
  ResponseMapping,
} from "../mapped-target.ts";
import { notMapped } from "../parameter-change.ts";
import { unknownCall } from "../templates/variables.ts";

const RESPONSE = /^method\.response\.header\..+$/;
const OF_ANSWER = /^integration\.response\.(?:(?:multivalue)?header\..+|body(?:\..+)?)$/;

/** @param integration as an `aws:apigateway/integration:Integration` @param responses as `…:IntegrationResponse` */
export function mappedTarget(
  integration: Values,
  responses: readonly Values[],
  backend: Backend,
  timeoutMilliseconds: number,
): MappedTarget | UnsupportedTarget {
  const reason = whyNotMapped(integration, responses);
  if (reason !== undefined) return unsupported(reason);
  const passthrough = text(integration.passthroughBehavior)?.toUpperCase();
  return {
    kind: "mapped",
    backend,
    timeoutMilliseconds,
    request: {
      templates: templatesOf(integration.requestTemplates),
      parameters: textMap(integration.requestParameters) ?? {},
      passthrough: isPassthrough(passthrough) ? passthrough : "WHEN_NO_MATCH",
      contentHandling: handlingOf(integration),
    },
    // AWS keeps them by their status, in no order of declaration.
    responses: responses.map(responseOf).sort((one, other) => one.status - other.status),
  };
}

function whyNotMapped(integration: Values, responses: readonly Values[]): string | undefined {
  for (const [to, from] of Object.entries(textMap(integration.requestParameters) ?? {}))
    if (!MAPPED_TO.test(to) || !isMappable(from)) return notMapped(from, to);
  for (const response of responses) {
    for (const [to, from] of Object.entries(textMap(response.responseParameters) ?? {}))
      if (!RESPONSE.test(to) || !(OF_ANSWER.test(from) || isMappable(from)))
        return `its integration response maps ${from} to ${to}, which does not run here`;
    const pattern = text(response.selectionPattern) ?? "";
    if (!wholeText(pattern)) return `its selection pattern ${pattern} is not read here`;
  }
  const templates = [integration.requestTemplates, ...responses.map((one) => one.responseTemplates)];
  const unknown = templates
    .flatMap((one) => Object.values(textMap(one) ?? {}))
    .map(unknownCall)
    .find((call) => call !== undefined);
  return unknown === undefined ? undefined : `a template calls ${unknown}, which is not worked out here`;
}

function responseOf(response: Values): ResponseMapping {
  const pattern = text(response.selectionPattern) ?? "";
  const expression = pattern === "" ? undefined : wholeText(pattern);
  return {
    ...(expression ? { pattern: expression } : {}),
    status: Number(text(response.statusCode) ?? 200),
    parameters: textMap(response.responseParameters) ?? {},
    templates: templatesOf(response.responseTemplates),
    contentHandling: handlingOf(response),
  };
}

/** By media type in lower case. */
function templatesOf(declared: Values[string] | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(textMap(declared) ?? {}).map(([type, template]) => [type.toLowerCase(), template]),
  );
}

function handlingOf({ contentHandling }: Values): ContentHandling {
  const handling = text(contentHandling);
  return handling === "CONVERT_TO_TEXT" || handling === "CONVERT_TO_BINARY" ? handling : undefined;
}

function isPassthrough(value: string | undefined): value is Passthrough {
  return value === "WHEN_NO_MATCH" || value === "WHEN_NO_TEMPLATES" || value === "NEVER";
}

/** Of type HTTP. */
export function serverBackend(integration: Values): Backend | UnsupportedTarget {
  const named = mappedParameters(textMap(integration.requestParameters) ?? {});
  const uri = serverAddress(text(integration.uri), named);
  return typeof uri === "string" ? { kind: "server", uri, ...methodOf(integration) } : uri;
}

const SERVICE_URI =
  /^arn:[^:]+:apigateway:(?<region>[\w-]+):(?:(?<host>[^:]+)\.)?(?<service>[\w-]+):(?<kind>path|action)\/(?<rest>.*)$/s;

/** Of type AWS, and not to a function. */
export function serviceBackend(integration: Values, recording: Recording): Backend | UnsupportedTarget {
  const uri = text(integration.uri) ?? "";
  const { region = "", host, service = "", kind, rest = "" } = SERVICE_URI.exec(uri)?.groups ?? {};
  if (!INTEGRATED.has(service)) return unsupported(`integrations with ${service || uri} do not run here`);
  const roleArn = text(integration.credentials);
  if (roleArn === undefined)
    return unsupported(`its integration with ${service} has no credentials, which AWS refuses`);
  const refusal = roleRefusal(recording, roleArn);
  const action = kind === "action" ? (rest.split(/[&?]/)[0] ?? rest) : undefined;
  return {
    kind: "service",
    service,
    region,
    roleArn,
    // A bucket may stand before its service instead of in the path.
    path: action === undefined ? [host, rest.replace(/^\//, "")].filter(Boolean).join("/") : "",
    ...(action === undefined ? {} : { action }),
    ...(refusal === undefined ? {} : { refusal }),
    ...methodOf(integration),
  };
}

function methodOf(integration: Values): { method?: string } {
  const method = text(integration.integrationHttpMethod)?.toUpperCase() ?? "ANY";
  return method === "ANY" ? {} : { method };
}

/** Why API Gateway may not assume a role, or may not be judged; undefined where it may. */
export function roleRefusal(recording: Recording, roleArn: string): string | undefined {
  const denied = trustRefusal(recording, { roleArn, service: API_GATEWAY });
  if (denied) return `${denied.reason}.`;
  if (declaredRole(recording, roleArn)) return undefined;
  return `the program does not declare the role ${roleArn}, so the local run cannot judge what it may do`;
}
