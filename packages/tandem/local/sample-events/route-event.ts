/** The event that a request of a declared route would bring, built by the gateway's own rules without a gateway. */

import type { Recording } from "../../program/recording.ts";
import { UserError } from "../../shared/user-error.js";
import { OPEN, type RoutedRequest } from "../gateway/api.ts";
import { readApis } from "../gateway/declared/read-apis.ts";
import { readHeaderFields } from "../gateway/http/header-fields.ts";
import { readTarget } from "../gateway/http/request-target.ts";
import { eventV1 } from "../gateway/payloads/event-v1.ts";
import { eventV2 } from "../gateway/payloads/event-v2.ts";
import { newRequestIds, newTraceId } from "../gateway/payloads/identifiers.ts";

export interface RouteEvent {
  functionName: string;
  event: unknown;
}

/**
 * @param request `GET /orders?limit=2`, with a path as a client would send it
 * @param body text of the request's body, taken as JSON
 */
export function routeEvent(request: string, recording: Recording, body?: string): RouteEvent {
  const [method, requestTarget] = request.split(" ", 2);
  if (!method || !requestTarget?.startsWith("/")) {
    throw new UserError(
      `--route ${JSON.stringify(request)}: a method and a path are wanted, like "GET /orders?limit=2".`,
    );
  }
  const routed = route(method.toUpperCase(), requestTarget, recording, body);
  const { target } = routed.route;
  if (target.kind !== "lambda") {
    const why =
      target.kind === "unsupported" ? `does not run here: ${target.reason}` : "leads to no function";
    throw new UserError(`Route ${routed.route.key} ${why}.`);
  }
  const event = target.payloadFormat === "2.0" ? eventV2(routed) : eventV1(routed);
  return { functionName: target.functionName, event };
}

function route(
  method: string,
  requestTarget: string,
  recording: Recording,
  body: string | undefined,
): RoutedRequest {
  const { encodedPath, path, query } = readTarget(requestTarget);
  if (path === undefined) throw new UserError(`The path ${encodedPath} is not validly encoded.`);
  const apis = readApis(recording, {
    ofHttpRoute: () => OPEN,
    ofRestMethod: () => OPEN,
    ofComponent: () => OPEN,
  });
  for (const api of apis) {
    for (const stage of api.stages) {
      const match = stage.routes.match(method, encodedPath);
      if (!match) continue;
      const host = new URL(api.endpoint).host;
      const typed = body === undefined ? [] : ["content-type", "application/json"];
      return {
        api,
        stage,
        route: match.route,
        parameters: match.parameters,
        request: {
          method,
          target: requestTarget,
          protocol: "HTTP/1.1",
          rawHeaders: [],
          body: Buffer.from(body ?? ""),
          sourceIp: "127.0.0.1",
          port: 443,
          time: Date.now(),
        },
        routePath: encodedPath,
        target: { encodedPath, path, query },
        fields: readHeaderFields(["host", host, "user-agent", "tandem-invoke", "accept", "*/*", ...typed]),
        ...newRequestIds(api.protocol),
        trace: { header: newTraceId(Date.now()) },
      };
    }
  }
  const known = apis.flatMap((api) =>
    api.stages.flatMap((stage) => stage.routes.all().map(({ key }) => key)),
  );
  throw new UserError(`No route takes ${method} ${path}. There are: ${known.join(", ") || "none"}.`);
}
