/** `aws-apigateway:index:RestAPI`: a remote component, which does not expand here, but whose routes say all there is to know. */

import { statSync } from "node:fs";
import path from "node:path";
import { flag, list, object, text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording, Value, Values } from "../../../program/recording.ts";
import limits from "../../../shared/aws/limits.cjs";
import type { Api, FilesTarget, Route, RouteTarget, Stage } from "../api.ts";
import { unsupported } from "../api.ts";
import { REST_OF_PATH } from "../integrations/static-files.ts";
import { RouteTable } from "../route-table.ts";
import type { RouteAuthorizers } from "./authorizer-factory.ts";
import { Targets } from "./targets.ts";

export const REST_COMPONENT = "aws-apigateway:index:RestAPI";

export function readComponentStage(
  { inputs }: RecordedResource,
  api: Api,
  recording: Recording,
  authorizers: RouteAuthorizers,
): Stage {
  const targets = Targets.of(recording);
  const routes = new RouteTable<Route>({ decodeParameters: false });
  for (const route of list(inputs.routes).map(object)) {
    const authorizer = authorizers.ofRestMethod({ authorization: authorizationOf(route) }, api);
    const target = targetOf(route, targets, recording);
    for (const key of keysOf(route, target)) routes.add(key, { key, resourceId: key, authorizer, target });
  }
  return { name: text(inputs.stageName) ?? "stage", routes };
}

/** A folder is served at its path and below it. */
function keysOf(route: Values, target: RouteTarget): string[] {
  // The component puts a slash before a path that has none.
  const routePath = `/${text(route.path) ?? ""}`.replace(/^\/\//, "/");
  if (target.kind !== "files") return [`${text(route.method) ?? "ANY"} ${routePath}`];
  if (!target.isFolder) return [`GET ${routePath}`];
  return [`GET ${routePath}`, `GET ${routePath.replace(/\/$/, "")}/{${REST_OF_PATH}+}`];
}

/** Its own kinds of authorizers are none that the gateway knows, so such a route refuses. */
function authorizationOf(route: Values): string {
  if (flag(route.iamAuthEnabled)) return "AWS_IAM";
  return list(route.authorizers).length > 0 ? "by authorizers of aws-apigateway" : "NONE";
}

function targetOf(route: Values, targets: Targets, recording: Recording): RouteTarget {
  if (flag(route.apiKeyRequired)) return unsupported("routes that want an API key do not run here");
  const localPath = text(route.localPath);
  if (localPath !== undefined) return filesTarget(localPath, route, recording);
  if (route.eventHandler === undefined)
    return unsupported("only routes with a function or a local path run here");
  return targets.lambda({
    uri: handlerArn(route.eventHandler, recording) ?? "",
    payloadFormat: "1.0",
    timeoutMilliseconds: limits.apiGateway.restTimeout,
    roleArn: undefined,
    // The component declares the permission itself, out of sight.
    sourceArn: undefined,
  });
}

function handlerArn(handler: Value, recording: Recording): string | undefined {
  const urn = handler !== null && typeof handler === "object" && "urn" in handler ? handler.urn : undefined;
  return text(recording.resources.find((resource) => resource.urn === urn)?.outputs.arn);
}

function filesTarget(localPath: string, route: Values, recording: Recording): FilesTarget {
  const place = path.resolve(recording.cwd, localPath);
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const contentType = text(route.contentType);
  return {
    kind: "files",
    root: isFolder ? place : path.dirname(place),
    index: isFolder ? (text(route.index) ?? "index.html") : path.basename(place),
    isFolder,
    ...(contentType === undefined ? {} : { contentType }),
  };
}
