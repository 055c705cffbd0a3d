/** The Service Information block of a deployed stack, from nothing but its outputs. */
import { section } from "../../local/service-information.ts";
import { plainObject } from "../../program/reading/value.ts";
import type { Value, Values } from "../../program/recording.ts";
import { paint, table } from "../../shared/terminal.ts";

/** Outputs that are one text, in the order in which a person asks for them. */
const FACTS = ["service", "stage", "region", "apiUrl", "connectionString", "dashboardUrl"];

export function deployedInformation(outputs: Values): string {
  const { endpoints, apiUrl, due, ...others } = outputs;
  const url = text(apiUrl).replace(/\/$/, "");
  const groups = Object.entries(others).flatMap(([title, value]) => {
    const group = plainObject(value);
    return group === undefined ? [] : section(title, rowsOf(group));
  });
  return [
    paint("bold", "Service Information"),
    ...table(FACTS.flatMap((name) => factRow(name, outputs[name]))),
    ...dueLines(due),
    ...section("endpoints", endpointRows(endpoints, url)),
    ...groups,
  ].join("\n");
}

/** What the last deployment left to the next, before anybody takes the stack for finished. */
function dueLines(due: Value | undefined): string[] {
  const sentences = (Array.isArray(due) ? due : []).map(text);
  if (sentences.length === 0) return [];
  return section(
    "deploy once more",
    sentences.map((sentence) => [sentence]),
  );
}

function factRow(name: string, value: Value | undefined): string[][] {
  return value === undefined || value === null ? [] : [[name, text(value)]];
}

function endpointRows(endpoints: Value | undefined, url: string): string[][] {
  return (Array.isArray(endpoints) ? endpoints : []).flatMap((endpoint) => {
    const { method, path, function: name } = plainObject(endpoint) ?? {};
    return [[text(method), url + text(path), text(name)]];
  });
}

function rowsOf(group: Values): string[][] {
  return Object.entries(group)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [name, text(value)]);
}

function text(value: Value | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
