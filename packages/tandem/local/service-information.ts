/** The block a person reads when the run is ready: how to reach here what was declared. It fits a screen; `npm run parity` says the rest. */

import { BUS } from "../program/reading/event-rules.ts";
import { declared } from "../program/reading/resources.ts";
import { isSecret, list, withoutSecret } from "../program/reading/value.ts";
import type { RecordedResource, Recording, Value } from "../program/recording.ts";
import { compareTexts } from "../shared/compare-texts.ts";
import { paint, table } from "../shared/terminal.ts";
import { API_KEY } from "./gateway/declared/read-keys.ts";
import type { Endpoint } from "./gateway/endpoints.ts";
import { STREAM } from "./kinesis/declared.ts";
import { countByState, type ParityRow } from "./parity.ts";
import { declaredStores } from "./queues-and-buckets/declared.ts";
import { STATE_MACHINE } from "./state-machines/declared.ts";
import { TOPIC } from "./topics/declared.ts";

export interface Facts {
  recording: Recording;
  endpoints: readonly Endpoint[];
  /** Address that is said at the end; empty where the program has no API. */
  url?: string;
  parity: readonly ParityRow[];
  /** Database name → where it is, e.g. `FerretDB 1.24.2 at mongodb://127.0.0.1:40123/`. */
  databases: readonly { name: string; where: string }[];
}

/** Columns of a terminal that is not wide. */
const WIDTH = 100;

/** `options` are those by which other commands mean the same program, e.g. ` -- --stack prod`. */
export function serviceInformation(
  { recording, endpoints, url, parity, databases }: Facts,
  options = "",
): string {
  const { project, stack, config } = recording;
  const region = text(config["aws:region"]) || "no region set (aws:region)";
  const names = functionNames(recording);
  const routed = new Set(endpoints.map((endpoint) => endpoint.function));
  const others = [...names].filter(([physical]) => !routed.has(physical)).map(([, name]) => name);
  return [
    `${paint("bold", project)}, stack ${stack}, ${region}`,
    ...section("endpoints", endpointRows(endpoints, names, url ?? "")),
    ...section(
      routed.size > 0 ? "functions without a route" : "functions",
      wrapped(others.sort(), WIDTH - 2).map((line) => [line]),
    ),
    ...section("stores", [
      ...byName(recording, "aws:dynamodb/table:Table").map(tableRow),
      ...queueAndBucketRows(recording),
      ...byName(recording, STREAM).map((stream) => ["stream", text(stream.outputs.name) || stream.name]),
      ...byName(recording, TOPIC).map((topic) => ["topic", text(topic.outputs.name) || topic.name]),
      ...byName(recording, BUS).map((bus) => ["event bus", text(bus.outputs.name) || bus.name]),
      ...databases.map(({ name, where }) => ["MongoDB", name, where]),
    ]),
    ...section("state machines", byName(recording, STATE_MACHINE).map(machineRow)),
    ...section("API keys", byName(recording, API_KEY).map(keyRow)),
    "",
    parityLine(parity, options),
  ].join("\n");
}

function machineRow({ name, inputs, outputs }: RecordedResource): string[] {
  return [text(outputs.name) || name, text(inputs.type).toLowerCase() || "standard"];
}

/** `port`: that the first API was to listen at, where that was said; 0 is any. */
export function readyLine({ url = "", endpoints }: Pick<Facts, "url" | "endpoints">, port?: number): string {
  if (url !== "") return `Ready on ${paint("cyan", url)}.`;
  const how =
    endpoints.length > 0
      ? "no API by HTTP; its endpoints stand above"
      : "no API; call a function with: npm run invoke";
  const unused = !port ? "" : ` Nothing listens at --port ${port}, which is an API's.`;
  return `Ready. The program declares ${how}.${unused}`;
}

export function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : [paint("bold", title), ...table(rows)];
}

/** Kinds of resources named in the line; more would not fit it. */
const KINDS_NAMED = 3;

function parityLine(parity: readonly ParityRow[], options: string): string {
  const { realised, unsupported } = countByState(parity);
  const counted = `${realised} of ${parity.length} realised`;
  if (unsupported === 0) return `${counted}; npm run parity${options}`;
  const kinds = [
    ...new Set(
      parity.flatMap(({ state, type }) => (state === "unsupported" ? [type.split(":").at(-1) ?? type] : [])),
    ),
  ];
  const named = kinds.length > KINDS_NAMED ? [...kinds.slice(0, KINDS_NAMED), "…"] : kinds;
  return `${counted}, ${paint("yellow", `${unsupported} unsupported`)} (${named.join(", ")}); npm run parity${options}`;
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** The address of an API is said once, at the end; with several, or with function URLs or WebSocket APIs, it tells them apart. */
function endpointRows(
  endpoints: readonly Endpoint[],
  names: ReadonlyMap<string, string>,
  shownUrl: string,
): string[][] {
  // The path alone is enough where all of it is below the address that is said at the end.
  const isBelow = endpoints.every(({ url }) => originOf(url) === originOf(shownUrl));
  return [...endpoints]
    .sort((a, b) => compareTexts(a.url, b.url) || methods.indexOf(a.method) - methods.indexOf(b.method))
    .map(({ method, url, function: physical, serves = "-", authorization }) => [
      method,
      isBelow ? url.slice(originOf(url).length) || "/" : url,
      physical === undefined ? serves : (names.get(physical) ?? physical),
      authorization ?? "open",
    ]);
}

/** Not by `URL`: a template's braces would be encoded. */
function originOf(url: string): string {
  return /^\w+:\/\/[^/]+/.exec(url)?.[0] ?? "";
}

/** Physical name → the one that `npm run invoke` takes. */
function functionNames(recording: Recording): Map<string, string> {
  const functions = byName(recording, "aws:lambda/function:Function");
  return new Map(functions.map(({ name, outputs }) => [text(outputs.name) || name, name]));
}

/** A value that was made up is known to nobody yet; one that the program keeps secret is not shown. */
function keyRow({ name, inputs, outputs }: RecordedResource): string[] {
  return [name, isSecret(inputs.value) ? "secret" : text(withoutSecret(outputs.value))];
}

function tableRow({ name, inputs, outputs }: RecordedResource): string[] {
  const types = new Map(
    list(inputs.attributes).map((attribute) => {
      const { name: key, type } = attribute as { name: string; type: string };
      return [key, type];
    }),
  );
  const keys = [inputs.hashKey, inputs.rangeKey]
    .filter((key) => typeof key === "string")
    .map((key) => `${key} ${types.get(key) ?? "?"}`);
  return ["table", text(outputs.name) || name, keys.join(", ")];
}

function queueAndBucketRows(recording: Recording): string[][] {
  const { queues, buckets } = declaredStores(recording);
  return [...queues.map(({ name }) => ["queue", name]), ...buckets.map(({ name }) => ["bucket", name])];
}

/** Words with commas, as many on a line as fit. */
function wrapped(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const [i, word] of words.entries()) {
    const next = i < words.length - 1 ? `${word},` : word;
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + next.length <= width)
      lines[lines.length - 1] = `${line} ${next}`;
    else lines.push(next);
  }
  return lines;
}

function byName(recording: Recording, type: string): RecordedResource[] {
  return declared(recording, type).sort((a, b) => compareTexts(a.name, b.name));
}

function text(value: Value | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
