/** A request that has found its route: all that an event, an authorizer or a log line is made of. */
import type { Api, Route, Stage } from "./api.ts";
import type { HeaderFields } from "./http/header-fields.ts";
import type { HttpRequest } from "./http/http-message.ts";
import type { RequestTarget } from "./http/request-target.ts";

export interface RoutedRequest {
  api: Api;
  stage: Stage;
  route: Route;
  parameters: Record<string, string> | undefined;
  request: HttpRequest;
  target: RequestTarget & { path: string };
  /** Decoded path without the stage: what stands in ARNs. */
  routePath: string;
  /** Headers of the caller with those that the gateway adds. */
  fields: HeaderFields;
  requestId: string;
}
