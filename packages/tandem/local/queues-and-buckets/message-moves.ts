/** The tasks that bring dead letters back. Here all messages are moved at once, so a task that is told of is over. */
import { randomUUID } from "node:crypto";
import { parseObject } from "../../shared/json.ts";
import type { Answer } from "../emulators/front.ts";
import { sqsFailure } from "./failures.ts";
import type { Library } from "./fauxqs.ts";

type Input = Record<string, unknown>;

interface Task {
  SourceArn: string;
  DestinationArn?: string;
  MaxNumberOfMessagesPerSecond?: unknown;
  Status: "COMPLETED" | "FAILED";
  FailureReason?: string;
  ApproximateNumberOfMessagesMoved: number;
  ApproximateNumberOfMessagesToMove: number;
  StartedTimestamp: number;
}

/** SQS tells of no more. */
const MOST_TASKS = 10;

/** The newest first, by the ARN of their source. They end with the run. */
const tasks = new Map<string, Task[]>();

export const MOVES: Record<string, (library: Library, input: Input) => Answer> = {
  StartMessageMoveTask: start,
  ListMessageMoveTasks: list,
  CancelMessageMoveTask: cancel,
};

/** ARNs of the queues into which a task sends. */
export function targetsOf(library: Library, { SourceArn, DestinationArn }: Input): string[] {
  if (DestinationArn !== undefined) return [String(DestinationArn)];
  return library.queuesBefore(String(SourceArn)).map(({ arn }) => arn);
}

function start(library: Library, input: Input): Answer {
  const { SourceArn: source, DestinationArn: destination, MaxNumberOfMessagesPerSecond } = input;
  const missing = [source, destination].findIndex(
    (arn) => arn !== undefined && !library.hasQueue(String(arn)),
  );
  if (missing >= 0) return notThere(missing === 0 ? "SourceArn" : "DestinationArn");
  const SourceArn = String(source);
  if (library.queuesBefore(SourceArn).length === 0)
    return sqsFailure("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.");
  const DestinationArn = destination === undefined ? undefined : String(destination);
  const StartedTimestamp = Date.now();
  const { moved, of, isWhole } = library.move(SourceArn, DestinationArn);
  const task: Task = {
    SourceArn,
    ...(DestinationArn === undefined ? {} : { DestinationArn }),
    ...(MaxNumberOfMessagesPerSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond }),
    Status: isWhole ? "COMPLETED" : "FAILED",
    ...(isWhole ? {} : { FailureReason: "CouldNotDetermineMessageSource" }),
    ApproximateNumberOfMessagesMoved: moved,
    ApproximateNumberOfMessagesToMove: of,
    StartedTimestamp,
  };
  tasks.set(SourceArn, [task, ...(tasks.get(SourceArn) ?? [])].slice(0, MOST_TASKS));
  const handle = JSON.stringify({ taskId: randomUUID(), sourceArn: SourceArn });
  return answer({ TaskHandle: Buffer.from(handle).toString("base64") });
}

function list(library: Library, { SourceArn, MaxResults = 1 }: Input): Answer {
  if (!library.hasQueue(String(SourceArn))) return notThere("SourceArn");
  return answer({ Results: (tasks.get(String(SourceArn)) ?? []).slice(0, Number(MaxResults)) });
}

function cancel(library: Library, { TaskHandle }: Input): Answer {
  const source = movedFrom(TaskHandle);
  if (source === undefined)
    return sqsFailure("InvalidParameterValue", "Value for parameter TaskHandle is invalid.");
  if (!library.hasQueue(source)) return notThere("SourceArn");
  return sqsFailure("ResourceNotFoundException", "Task does not exist.");
}

/** ARN of the queue that a handle is about. */
export function movedFrom(handle: unknown): string | undefined {
  const { sourceArn } = parseObject(Buffer.from(String(handle), "base64")) ?? {};
  return typeof sourceArn === "string" ? sourceArn : undefined;
}

function notThere(parameter: string): Answer {
  const message = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
  return sqsFailure("ResourceNotFoundException", message);
}

function answer(body: object): Answer {
  return {
    status: 200,
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: JSON.stringify(body),
  };
}
