/** The block a person reads when the run is ready: what was declared, and how to reach it here. */
import { declared } from "../program/reading/resources.ts";
import type { RecordedResource, Recording, Value } from "../program/recording.ts";
import { paint, table } from "../shared/terminal.ts";
import type { Endpoint } from "./gateway/endpoints.ts";
import { countByState, groupByType, type ParityRow } from "./parity.ts";

export interface Facts {
  recording: Recording;
  endpoints: readonly Endpoint[];
  parity: readonly ParityRow[];
  /** Database name → where it is, e.g. `FerretDB 1.24.2 at mongodb://127.0.0.1:40123/`. */
  databases: readonly { name: string; where: string }[];
}

export function serviceInformation({ recording, endpoints, parity, databases }: Facts): string {
  const counts = countByState(parity);
  const counted = `${parity.length}: ${counts.realised} realised, ${counts["recorded only"]} recorded only, ${counts.unsupported} unsupported`;
  return [
    paint("bold", "Service Information"),
    ...table([
      ["service", recording.project],
      ["stage", recording.stack],
      ["region", text(recording.config["aws:region"]) || "none set (aws:region)"],
      ["resources", counted],
    ]),
    ...section("endpoints", [...endpoints].sort(byPathAndMethod).map(endpointRow)),
    ...section("functions", byName(recording, "aws:lambda/function:Function").map(functionRow)),
    ...section("tables", byName(recording, "aws:dynamodb/table:Table").map(tableRow)),
    ...section(
      "databases",
      databases.map(({ name, where }) => [name, where]),
    ),
    ...section(
      "parity with the cloud",
      groupByType(parity).map(({ state, count, type, reason }) => [state, String(count), type, reason]),
    ),
  ].join("\n");
}

export function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : [paint("bold", title), ...table(rows)];
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

function byPathAndMethod(a: Endpoint, b: Endpoint): number {
  return a.url.localeCompare(b.url) || methods.indexOf(a.method) - methods.indexOf(b.method);
}

function endpointRow(endpoint: Endpoint): string[] {
  return [endpoint.method, endpoint.url, endpoint.function ?? "-", endpoint.authorization ?? "open"];
}

function functionRow({ name, inputs, outputs }: RecordedResource): string[] {
  return [
    name,
    text(outputs.name),
    text(inputs.runtime),
    `${text(inputs.memorySize) || "128"} MB`,
    `${text(inputs.timeout) || "3"} s`,
  ];
}

function tableRow({ name, inputs, outputs }: RecordedResource): string[] {
  const types = new Map(
    (Array.isArray(inputs.attributes) ? inputs.attributes : []).map((attribute) => {
      const { name: key, type } = attribute as { name: string; type: string };
      return [key, type];
    }),
  );
  const keys = [inputs.hashKey, inputs.rangeKey]
    .filter((key) => typeof key === "string")
    .map((key) => `${key} ${types.get(key) ?? "?"}`);
  return [name, text(outputs.name), keys.join(", ")];
}

function byName(recording: Recording, type: string): RecordedResource[] {
  return declared(recording, type).sort((a, b) => a.name.localeCompare(b.name));
}

function text(value: Value | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
