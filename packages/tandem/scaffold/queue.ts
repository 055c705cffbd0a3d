/** A new queue and the function that takes its messages: handler, test, and their lines in index.ts. */
import { lambdaFunction, queue, queueEventSource } from "./declarations.ts";
import { checkLinks, checkName, reachOf } from "./names.ts";
import type { FilePlan } from "./plan.ts";
import type { ProgramFile } from "./program-file.ts";

export interface QueueRequest {
  name: string;
  /** Function that takes the messages. */
  consumer: string;
  links: string[];
}

/** Seconds a call may take: what a `Queue` is made for where it is not told otherwise. */
const TIMEOUT = 30;

function declarations({ name, consumer, links }: QueueRequest): { queue: string; consumer: string } {
  return {
    queue: queue(name),
    consumer: [
      lambdaFunction({
        name: consumer,
        entry: entryOf({ name, consumer }),
        links: [`${name}.consume`, ...links],
        settings: "settings.functions",
        timeout: TIMEOUT,
      }),
      queueEventSource(name, consumer),
    ].join("\n"),
  };
}

const entryOf = ({ name, consumer }: Pick<QueueRequest, "name" | "consumer">) =>
  `functions/${name}/${consumer}.ts`;

export function queueLines(request: QueueRequest): string {
  const lines = declarations(request);
  return [lines.queue, lines.consumer].join("\n");
}

export function planQueue(program: ProgramFile, request: QueueRequest): FilePlan[] {
  const { name, consumer, links } = request;
  checkName("queue", name, program);
  checkName("function", consumer, program);
  checkLinks(links, program);
  const lines = declarations(request);
  program.addImport("Queue", "queue.ts");
  program.addImport("QueueEventSource", "event-source-queue.ts");
  program.addData("Queue", lines.queue);
  program.addAsynchronous(lines.consumer);
  return [
    { file: entryOf(request), text: handlerText(request), state: "new" },
    { file: `tests/functions/${name}/${consumer}.test.ts`, text: testText(request), state: "new" },
    { file: "index.ts", text: program.text, state: "changed" },
  ];
}

function handlerText({ name, links }: QueueRequest): string {
  return `/** Takes messages of the queue "${name}". One that fails is offered again alone, and ends as a dead letter.${reachOf(links)} */
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { describeError, logger } from "../telemetry/logger.ts";

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  const failed = (await Promise.all(event.Records.map(failureOf))).filter((id) => id !== undefined);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** The id of a message that could not be taken. */
async function failureOf({ messageId, body }: SQSRecord): Promise<string | undefined> {
  try {
    const message: unknown = JSON.parse(body);
    logger.info("message taken", { messageId, kind: typeof message });
    return undefined;
  } catch (error) {
    logger.error("message not taken", { messageId, error: describeError(error) });
    return messageId;
  }
}
`;
}

function testText({ consumer }: QueueRequest): string {
  return `import assert from "node:assert/strict";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { programUnderTest } from "pulumi-tandem";

const messages = (...bodies: string[]): SQSEvent =>
  ({ Records: bodies.map((body, i) => ({ messageId: String(i), body })) }) as SQSEvent;

describe("${consumer}", () => {
  it("takes messages and gives back those that are broken", async () => {
    const program = await programUnderTest();
    const answer = await program.invoke<SQSBatchResponse>("${consumer}", messages("{}", "broken", "{}"));
    assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "1" }] });
  });
});
`;
}
