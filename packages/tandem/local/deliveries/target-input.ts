/** What the target of a rule gets of an event: the event, a part of it, a constant, or a text with parts of the event in it. */
import { object, text, textMap } from "../../program/reading/value.ts";
import type { Values } from "../../program/recording.ts";
import { isObject } from "../../shared/json.ts";
import type { BusEvent } from "./bus-event.ts";

export interface TargetInput {
  /** JSON text. */
  constant?: string;
  /** e.g. `$.detail`. */
  path?: string;
  transformer?: { paths: Record<string, string>; template: string };
}

export interface OfRule {
  ruleArn: string;
  ruleName: string;
}

/** The event has not what the target asks for, or what comes of it is no JSON: AWS delivers nothing then. */
export class NoInput extends Error {
  override name = "NoInput";
}

export function readTargetInput({ input, inputPath, inputTransformer }: Values): TargetInput {
  const [constant, path] = [text(input), text(inputPath)];
  const { inputTemplate, inputPaths } = object(inputTransformer);
  const template = text(inputTemplate);
  return {
    ...(constant === undefined ? {} : { constant }),
    ...(path === undefined ? {} : { path }),
    ...(template === undefined ? {} : { transformer: { template, paths: textMap(inputPaths) ?? {} } }),
  };
}

/** Why AWS would not take it, with AWS's words; undefined when it would. */
export function inputRefusal(input: TargetInput, targetId: string): string | undefined {
  if (Object.keys(input).length > 1)
    return `Only one of Input, InputPath, or InputTransformer must be provided for target ${targetId}.`;
  const { path, transformer } = input;
  for (const one of [...(path === undefined ? [] : [path]), ...Object.values(transformer?.paths ?? {})])
    if (!steps(one)) return `Invalid JSON path ${one} for target ${targetId}.`;
  const unknown = [...(transformer?.template ?? "").matchAll(PLACEHOLDER)]
    .map(([, name = ""]) => name)
    .find((name) => !(name in (transformer?.paths ?? {})) && !(name in PREDEFINED));
  return unknown === undefined
    ? undefined
    : `InputTemplate for target ${targetId} contains invalid placeholder ${unknown}.`;
}

/** Throws a NoInput. */
export function inputText(input: TargetInput, event: BusEvent, rule: OfRule, now = new Date()): string {
  const { constant, path, transformer } = input;
  if (constant !== undefined) return constant;
  if (path !== undefined) {
    const found = valueAt(event, path);
    if (found === undefined) throw new NoInput(`the event has nothing at ${path}`);
    return JSON.stringify(found);
  }
  return transformer ? transformed(transformer, event, rule, now) : JSON.stringify(event);
}

const PLACEHOLDER = /<([\w.-]+)>/g;

const PREDEFINED: Record<string, (event: BusEvent, rule: OfRule, now: Date) => unknown> = {
  "aws.events.rule-arn": (_event, { ruleArn }) => ruleArn,
  "aws.events.rule-name": (_event, { ruleName }) => ruleName,
  "aws.events.event.ingestion-time": (_event, _rule, now) => now.toISOString(),
  "aws.events.event.json": (event) => event,
  // Without the detail, as AWS was recorded to fill it in.
  "aws.events.event": ({ id, account, time, source, region, resources, version, ...event }) => ({
    ...{ id, account, detailType: event["detail-type"], time, source, region, resources, version },
  }),
};

function transformed(
  { paths, template }: NonNullable<TargetInput["transformer"]>,
  event: BusEvent,
  rule: OfRule,
  now: Date,
): string {
  const isText = template.trimStart().startsWith('"');
  const filled = template.replaceAll(PLACEHOLDER, (_placeholder, name: string, at: number) => {
    const { [name]: path } = paths;
    // What the event does not have is an empty text.
    const value = (path === undefined ? PREDEFINED[name]?.(event, rule, now) : valueAt(event, path)) ?? "";
    return isWithinText(template, at) ? withinText(value, isText) : JSON.stringify(value);
  });
  if (!isText && !isJson(filled))
    throw new NoInput(`what the template makes of the event is no JSON: ${filled}`);
  return filled;
}

/** A text without its quotation marks. In a template that is one text, whatever else loses them too, as recorded. */
function withinText(value: unknown, isText: boolean): string {
  const json = JSON.stringify(value);
  if (typeof value === "string") return json.slice(1, -1);
  return isText ? json.replaceAll('"', "") : json;
}

function isWithinText(template: string, at: number): boolean {
  const before = template.slice(0, at).replaceAll(/\\./g, "");
  return before.split('"').length % 2 === 0;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** `$.detail.items[0]['a name']` → its steps; undefined for what is no such path. */
function steps(path: string): string[] | undefined {
  if (!/^\$(\.[\w-]+|\[\d+\]|\['[^']+'\]|\["[^"]+"\])*$/.test(path)) return undefined;
  return [...path.matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]|\["([^"]+)"\]/g)].map(
    ([, ...found]) => found.find((one) => one !== undefined) ?? "",
  );
}

function valueAt(event: unknown, path: string): unknown {
  return steps(path)?.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return isObject(value) ? value[step] : undefined;
  }, event);
}
