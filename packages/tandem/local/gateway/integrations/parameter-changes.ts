/** Parameter mappings of HTTP APIs: what they append to, put in place of or take from a request or an answer. */
import { list, object, text, textMap } from "../../../program/reading/value.ts";
import type { Value, Values } from "../../../program/recording.ts";
import type { RoutedRequest } from "../api.ts";
import { headersWhere } from "../http/answer-headers.ts";
import { isDynamic, valueOfAnswer, valueOfRequest } from "../http-values.ts";
import { type AnswerChanges, notMapped, type ParameterChange } from "../parameter-change.ts";
import type { Incoming } from "./exchange.ts";

const CHANGE = /^(append|overwrite|remove):(header|querystring)\.(.+)$/i;
const WHOLE = /^overwrite:(path|statuscode)$/i;
/** Headers that API Gateway keeps for itself, and refuses to map. */
const RESERVED =
  /^(access-control-.*|apigw-.*|authorization|connection|content-encoding|content-length|content-location|forwarded|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|via|x-amz-.*|x-amzn-.*|x-forwarded-(for|host|proto))$/;

/** Why a function behind an HTTP API does not run here. Nothing recorded shows what its event tells of changed parameters. */
export function changesOfFunction({ requestParameters, responseParameters }: Values): string | undefined {
  const changed = [textMap(requestParameters) ?? {}, responseParameters ?? []];
  const isChanged = changed.some((one) => Object.keys(one).length > 0);
  return isChanged ? "its integration changes parameters of a function's requests or answers" : undefined;
}

/** A text is why they do not run here. */
export function requestChanges(declared: Value | undefined): ParameterChange[] | string {
  const read = changesOf(textMap(declared) ?? {});
  if (typeof read === "string") return read;
  const ofStatus = read.find(({ place }) => place === "statuscode");
  return ofStatus ? "its integration maps the status of a request" : read;
}

/** `[{ statusCode, mappings }]`, or of an OpenAPI document `{ "200": mappings }`. */
export function answerChanges(declared: Value | undefined): AnswerChanges | string {
  const listed: [Value | undefined, Value | undefined][] = Array.isArray(declared)
    ? list(declared)
        .map(object)
        .map(({ statusCode, mappings }: Values) => [statusCode, mappings])
    : Object.entries(object(declared));
  const changes = new Map<number, readonly ParameterChange[]>();
  for (const [status, mappings] of listed) {
    const read = changesOf(textMap(mappings) ?? {});
    if (typeof read === "string") return read;
    const other = read.find(({ place }) => place === "querystring" || place === "path");
    if (other) return `its integration maps the ${other.place} of an answer`;
    changes.set(Number(typeof status === "number" ? status : text(status)), read);
  }
  return changes;
}

function changesOf(mappings: Record<string, string>): ParameterChange[] | string {
  const changes: ParameterChange[] = [];
  for (const [to, value] of Object.entries(mappings)) {
    const [, action = "overwrite", place = WHOLE.exec(to)?.[1], name = ""] = CHANGE.exec(to) ?? [];
    if (place === undefined || !isDynamic(value)) return notMapped(value, to);
    const isHeader = place.toLowerCase() === "header";
    if (isHeader && RESERVED.test(name.toLowerCase()))
      return `its integration maps ${value} to ${to}, a header that API Gateway keeps for itself`;
    changes.push({
      action: action.toLowerCase() as ParameterChange["action"],
      place: place.toLowerCase() as ParameterChange["place"],
      name: isHeader ? name.toLowerCase() : name,
      value,
    });
  }
  return changes;
}

/** Changes the address and the headers, in lower case, of a request on its way. */
export function changeRequest(
  changes: readonly ParameterChange[],
  routed: RoutedRequest,
  url: URL,
  headers: Record<string, string>,
): void {
  for (const change of changes) {
    const value = change.action === "remove" ? undefined : valueOfRequest(change.value, routed);
    // What the request does not have changes nothing.
    if (value === undefined && change.action !== "remove") continue;
    if (change.place === "path") url.pathname = encodedPath(value ?? "");
    else if (change.place === "header") changeHeader(headers, change, value);
    else changeQuery(url, change, value);
  }
}

function encodedPath(path: string): string {
  return `/${path.replace(/^\//, "")}`;
}

function changeHeader(
  headers: Record<string, string>,
  { action, name }: ParameterChange,
  value: string | undefined,
): void {
  if (value === undefined) delete headers[name];
  else
    headers[name] = action === "append" && headers[name] !== undefined ? `${headers[name]},${value}` : value;
}

/** What is not changed stays as it was sent. */
function changeQuery(url: URL, { action, name }: ParameterChange, value: string | undefined): void {
  const pairs = url.search
    .slice(1)
    .split("&")
    .filter((pair) => pair !== "");
  const kept =
    action === "append"
      ? pairs
      : pairs.filter((pair) => decodeURIComponent(pair.split("=", 1)[0] ?? "") !== name);
  const added = value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`];
  url.search = [...kept, ...added].join("&");
}

/** The answer with what is said for its status. */
export function changedAnswer(
  given: Incoming,
  changes: AnswerChanges | undefined,
  routed: RoutedRequest,
): Incoming {
  const ofStatus = changes?.get(given.status) ?? [];
  let { status } = given;
  let headers = [...given.headers];
  for (const { action, place, name, value } of ofStatus) {
    const found = action === "remove" ? undefined : valueOfAnswer(value, given, routed);
    if (found === undefined && action !== "remove") continue;
    if (place === "statuscode") status = Number(found);
    else {
      if (action !== "append") headers = headersWhere(headers, (one) => one.toLowerCase() !== name);
      if (found !== undefined) headers.push(name, found);
    }
  }
  return { ...given, status, headers };
}
