/** A new schedule and the function it calls: handler, test, and their lines in index.ts. */
import { UserError } from "../shared/user-error.js";
import { lambdaFunction, schedule } from "./declarations.ts";
import { checkLinks, checkName, reachOf } from "./names.ts";
import type { FilePlan } from "./plan.ts";
import type { ProgramFile } from "./program-file.ts";

export interface ScheduleRequest {
  name: string;
  /** Function that is called. */
  called: string;
  /** `rate(1 hour)`, `cron(0 2 * * ? *)` or `at(2027-01-01T00:00:00)`. */
  expression: string;
  links: string[];
}

/** Seconds: work that nobody waits for may take its time. */
const TIMEOUT = 120;

const entryOf = ({ name, called }: ScheduleRequest) => `functions/${name}/${called}.ts`;

function declaration(request: ScheduleRequest): string {
  const { name, called, expression, links } = request;
  return [
    lambdaFunction({
      name: called,
      entry: entryOf(request),
      links,
      settings: "settings.functions",
      timeout: TIMEOUT,
    }),
    schedule(name, called, expression),
  ].join("\n");
}

export function scheduleLines(request: ScheduleRequest): string {
  return declaration(request);
}

export function planSchedule(program: ProgramFile, request: ScheduleRequest): FilePlan[] {
  const { name, called, expression, links } = request;
  checkName("schedule", name, program);
  checkName("function", called, program);
  checkLinks(links, program);
  if (!/^(rate\(\d+ (minutes?|hours?|days?)\)|cron\([^()"]+\)|at\([\dT:-]+\))$/.test(expression)) {
    throw new UserError(
      `${JSON.stringify(expression)} is no schedule: rate(1 hour), cron(0 2 * * ? *) or at(2027-01-01T00:00:00) is wanted. Nothing was written.`,
    );
  }
  program.addImport("Schedule", "schedule.ts");
  program.addAsynchronous(declaration(request));
  return [
    { file: entryOf(request), text: handlerText(request), state: "new" },
    { file: `tests/functions/${name}/${called}.test.ts`, text: testText(request), state: "new" },
    { file: "index.ts", text: program.text, state: "changed" },
  ];
}

function handlerText({ name, links }: ScheduleRequest): string {
  return `/** Called by the schedule "${name}". A call may come twice: the second must do no harm.${reachOf(links)} */
import type { Context, ScheduledEvent } from "aws-lambda";
import { logger } from "../telemetry/logger.ts";

export async function handler(event: Partial<ScheduledEvent>, context: Context): Promise<void> {
  logger.addContext(context);
  logger.info("called", { time: event.time });
}
`;
}

function testText({ called }: ScheduleRequest): string {
  return `import assert from "node:assert/strict";
import { programUnderTest } from "pulumi-tandem";

describe("${called}", () => {
  it("may be called twice for the same time", async () => {
    const event = { time: "2026-11-23T02:00:00Z" };
    const program = await programUnderTest();
    await assert.doesNotReject(program.invoke("${called}", event));
    await assert.doesNotReject(program.invoke("${called}", event));
  });
});
`;
}
