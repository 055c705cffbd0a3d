/** `npm run invoke`: runs one function without the gateway. The answer goes to stdout, the log to stderr. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { answeredValue, type InvokeResult } from "../../local/invocation.ts";
import { Filter } from "../../local/log/filter.ts";
import { functionName as nameIn } from "../../local/log/function-names.ts";
import { PeopleLog } from "../../local/log/people-log.ts";
import { openInvoker } from "../../local/open-invoker.ts";
import { routeEvent } from "../../local/sample-events/route-event.ts";
import { sampleEvent, sampleKinds } from "../../local/sample-events/sample-events.ts";
import { FUNCTION, functionSettings } from "../../local/workers/settings.ts";
import { ofType } from "../../program/reading/resources.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { stackToRun } from "../../program/stack-files.ts";
import { UserError } from "../../shared/user-error.js";
import { common, explainedBy, parseOptions } from "../options.ts";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions(
    "invoke",
    args,
    {
      data: { type: "string", does: "The event as JSON, or the body with --route" },
      file: { type: "string", does: "File with the event as JSON" },
      sample: { type: "string", does: `Event of AWS by its kind: ${sampleKinds().join(", ")}` },
      route: { type: "string", does: 'Route whose event the function gets, e.g. "GET /hello"' },
      asynchronous: {
        type: "boolean",
        does: "Invoke as an event, with its retries and destinations",
        default: false,
      },
      "allow-cloud": { type: "boolean", does: "Let functions reach addresses of the cloud", default: false },
      stack: common.stackToRun,
      cwd: common.cwd,
      json: { ...common.json, does: "Show the log as Lambda writes it, as a pipe gets it" },
      verbose: common.verbose,
    },
    1,
  );
  const [functionName] = options.positionals;
  refuseContradictions(options);
  const given = givenEvent(options);
  const write = (line: string): void => void process.stderr.write(`${line}\n`);
  let recording: Recording | undefined;
  const reader =
    process.stderr.isTTY && !options.json
      ? new PeopleLog({
          write,
          filter: new Filter([]),
          nameOf: (physical) => (recording ? nameIn(recording, physical) : physical),
        })
      : undefined;
  const cwd = path.resolve(options.cwd);
  const invoker = await openInvoker({
    cwd,
    stack: options.stack ?? stackToRun(cwd),
    allowCloud: options["allow-cloud"],
    log: write,
    reader,
  });
  let result: InvokeResult;
  try {
    ({ recording } = invoker);
    const { name, event } = eventFor({ ...options, functionName }, given, recording);
    result = await invoker.invoke(name, event, options.asynchronous ? "Event" : "RequestResponse");
  } finally {
    // The last lines of a function's log come after its answer.
    await invoker.close();
    reader?.close();
  }
  process.stdout.write(shown(result));
  return result.status === "ok" ? 0 : 1;
}

interface EventOptions {
  functionName?: string | undefined;
  data?: string | undefined;
  file?: string | undefined;
  sample?: string | undefined;
  route?: string | undefined;
}

function refuseContradictions({ data, file, sample, route }: EventOptions): void {
  const given = Object.entries({ data: route ? undefined : data, file, sample, route }).filter(
    ([, value]) => value,
  );
  if (given.length < 2) return;
  throw new UserError(
    `Only one of ${given.map(([name]) => `--${name}`).join(" and ")} can be given.\n${explainedBy("invoke")}`,
  );
}

/** Read before anything is started: what is no event needs no program. With a route the data is its body. */
function givenEvent({ data, file, route }: EventOptions): unknown {
  if (file !== undefined) return parseEvent(readEvent(file), `--file ${file}`);
  return data === undefined || route !== undefined ? {} : parseEvent(data, "--data");
}

function eventFor(
  { functionName, data, sample, route }: EventOptions,
  given: unknown,
  recording: Recording,
): { name: string; event: unknown } {
  if (route !== undefined) {
    const routed = routeEvent(route, recording, data);
    const wanted =
      functionName === undefined ? routed.functionName : findFunction(functionName, recording).physicalName;
    if (wanted !== routed.functionName) {
      throw new UserError(
        `Route ${JSON.stringify(route)} leads to ${routed.functionName}, not to ${wanted}.`,
      );
    }
    return { name: wanted, event: routed.event };
  }
  if (functionName === undefined)
    throw new UserError(`Which function?${listed(recording)}\n${explainedBy("invoke")}`);
  const { physicalName, resource } = findFunction(functionName, recording);
  if (sample !== undefined) return { name: physicalName, event: sampleEvent(sample, resource, recording) };
  return { name: physicalName, event: given };
}

/** By logical or physical name. */
function findFunction(
  name: string,
  recording: Recording,
): { physicalName: string; resource: RecordedResource } {
  for (const resource of ofType(recording, FUNCTION)) {
    const physicalName = functionSettings(resource, recording).name;
    if (resource.name === name || physicalName === name) return { physicalName, resource };
  }
  throw new UserError(`The program declares no function ${JSON.stringify(name)}.${listed(recording)}`);
}

function listed(recording: Recording): string {
  const names = ofType(recording, FUNCTION).map(({ name }) => name);
  return ` There are: ${names.sort().join(", ") || "none"}.`;
}

function readEvent(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError(`The event cannot be read: ${(error as Error).message}.`);
  }
}

function parseEvent(json: string, source: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new UserError(`${source} is not JSON: ${(error as Error).message}.`);
  }
}

function shown({ status, payload, error }: InvokeResult): string {
  if (status === "throttled") return "The function's reserved concurrency is 0 or used up: it did not run.\n";
  const answer: unknown = status === "error" ? error : (answeredValue(payload) ?? null);
  return `${JSON.stringify(answer, null, 2)}\n`;
}
