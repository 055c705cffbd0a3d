import * as pulumi from "@pulumi/pulumi";
import type { LambdaFunction } from "../../packages/components/lambda-function.ts";
import { type AlarmArgs, createAlarm } from "./alarm.ts";

export interface FunctionAlarmsArgs {
  function: LambdaFunction;
  topicArn: pulumi.Input<string>;
  /** Whether some calls are asynchronous: then the delivery of their failures is watched as well. */
  asynchronous?: boolean;
}

/** Part of its timeout, and of its reserved concurrency, that a function may use before somebody is told. */
const HEADROOM = 0.8;
const TOLERATED_ERROR_PERCENT = 1;

/** What AWS recommends to watch of any function. */
export class FunctionAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: FunctionAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:FunctionAlarms", name, {}, opts);
    const { function: lambda, topicArn, asynchronous = false } = args;
    const watch = (what: string, alarm: Omit<AlarmArgs, "topicArn">) =>
      createAlarm(`${name}-${what}`, { ...alarm, topicArn }, this);

    watch("errors", {
      description: `More than ${TOLERATED_ERROR_PERCENT} % of the calls of ${lambda.name} fail`,
      threshold: TOLERATED_ERROR_PERCENT,
      watched: { part: sum(lambda, "Errors"), whole: sum(lambda, "Invocations") },
    });
    watch("throttles", {
      description: `Calls of ${lambda.name} are turned away for want of concurrency`,
      threshold: 0,
      watched: sum(lambda, "Throttles"),
    });
    watch("duration", {
      description: `${lambda.name} comes close to its timeout of ${lambda.timeout} s`,
      threshold: lambda.timeout * 1000 * HEADROOM,
      watched: { ...sum(lambda, "Duration"), statistic: "p99" },
    });
    if (lambda.reservedConcurrency) {
      watch("concurrency", {
        description: `${lambda.name} comes close to its reserved concurrency of ${lambda.reservedConcurrency}`,
        threshold: Math.floor(lambda.reservedConcurrency * HEADROOM),
        watched: { ...sum(lambda, "ConcurrentExecutions"), statistic: "Maximum" },
      });
    }
    if (asynchronous) {
      watch("undelivered-failures", {
        description: `Failed calls of ${lambda.name} did not reach their dead-letter queue and are lost`,
        threshold: 0,
        watched: sum(lambda, "DestinationDeliveryFailures"),
      });
    }
    this.registerOutputs();
  }
}

function sum(lambda: LambdaFunction, name: string) {
  return {
    namespace: "AWS/Lambda",
    name,
    dimensions: { FunctionName: lambda.functionName },
    statistic: "Sum",
  } as const;
}
