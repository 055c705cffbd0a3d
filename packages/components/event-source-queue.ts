import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LambdaFunction } from "./lambda-function.ts";
import { Mistake } from "./mistake.ts";
import { type Queue, TIMEOUTS_HIDDEN } from "./queue.ts";

export interface QueueEventSourceArgs {
  queue: Queue;
  /** Linked to `queue.consume`; answers with the messages that failed (`batchItemFailures`). */
  function: LambdaFunction;
  /** Messages a call brings at most. */
  batchSize?: number;
  /** Seconds to wait for a batch to fill. */
  batchingWindow?: number;
  /** Calls at the same time at most, 2 or more; keeps a full queue from taking all the function's concurrency. */
  maximumConcurrency?: number;
}

/** Hands the messages of a queue to a function in batches; only those that failed come back. */
export class QueueEventSource extends pulumi.ComponentResource {
  constructor(name: string, args: QueueEventSourceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:QueueEventSource", name, {}, opts);
    const { queue, function: target, batchSize = 10, batchingWindow = 5, maximumConcurrency = 2 } = args;
    const least = TIMEOUTS_HIDDEN * target.timeout + batchingWindow;
    if (queue.visibilityTimeout < least) {
      throw new Mistake(
        `Queue "${queue.name}": visibilityTimeout is ${queue.visibilityTimeout} s; function "${target.name}" needs ` +
          `at least ${least} s (${TIMEOUTS_HIDDEN} × its timeout of ${target.timeout} s + ${batchingWindow} s of batching)`,
      );
    }
    const mapping = new aws.lambda.EventSourceMapping(
      name,
      {
        eventSourceArn: queue.queueArn,
        functionName: target.aliasArn,
        batchSize,
        maximumBatchingWindowInSeconds: batchingWindow,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency },
      },
      { parent: this },
    );
    this.registerOutputs({ mappingId: mapping.id });
  }
}
