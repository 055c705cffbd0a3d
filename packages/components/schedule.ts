import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AsynchronousCalls } from "./asynchronous-calls.ts";
import type { LambdaFunction } from "./lambda-function.ts";
import { physicalName } from "./names.ts";
import { policyDocument } from "./policy-document.ts";

export interface ScheduleArgs {
  function: LambdaFunction;
  /** e.g. `cron(0 2 * * ? *)` or `rate(1 hour)`. */
  expression: pulumi.Input<string>;
  /** Of the expression; daylight saving time is followed. */
  timeZone?: pulumi.Input<string>;
  /** Minutes after its time within which the call may start, so that not all schedules of the world start at once. */
  flexibleMinutes?: number;
}

const RETRIES = 2;
/** Seconds after which a call that did not get through is given up: the next night's makes up for it. */
const MAXIMUM_EVENT_AGE = 3600;

/** Calls a function at its time, with a role for that alone. What fails for good becomes a dead letter. */
export class Schedule extends pulumi.ComponentResource {
  readonly scheduleName: pulumi.Output<string>;
  readonly calls: AsynchronousCalls;

  constructor(name: string, args: ScheduleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:Schedule", name, {}, opts);
    const { function: target } = args;
    this.calls = new AsynchronousCalls(
      name,
      { function: target, retries: RETRIES, maximumEventAge: MAXIMUM_EVENT_AGE },
      { parent: this },
    );
    const role = this.#createRole(name);
    const policy = this.#createPolicy(name, role, target);
    const schedule = this.#createSchedule(name, args, role, policy);
    this.scheduleName = schedule.name;
    this.registerOutputs({ scheduleName: this.scheduleName });
  }

  #createRole(name: string): aws.iam.Role {
    const account = aws.getCallerIdentityOutput({}, { parent: this }).accountId;
    return new aws.iam.Role(
      `${name}-role`,
      {
        name: physicalName(name, "role", "-schedule"),
        assumeRolePolicy: policyDocument([
          {
            Effect: "Allow",
            Principal: { Service: "scheduler.amazonaws.com" },
            Action: "sts:AssumeRole",
            // Only for schedules of this account, whoever else persuades the service to use the role.
            Condition: { StringEquals: { "aws:SourceAccount": account } },
          },
        ]),
      },
      { parent: this },
    );
  }

  #createPolicy(name: string, role: aws.iam.Role, target: LambdaFunction): aws.iam.RolePolicy {
    return new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        name: physicalName(name, "policy", "-schedule"),
        role: role.id,
        policy: policyDocument([
          { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: target.aliasArn },
          { Effect: "Allow", Action: "sqs:SendMessage", Resource: this.calls.deadLetters.queueArn },
        ]),
      },
      { parent: this },
    );
  }

  #createSchedule(
    name: string,
    { function: target, expression, timeZone = "UTC", flexibleMinutes = 15 }: ScheduleArgs,
    role: aws.iam.Role,
    policy: aws.iam.RolePolicy,
  ): aws.scheduler.Schedule {
    return new aws.scheduler.Schedule(
      name,
      {
        name: physicalName(name, "schedule"),
        scheduleExpression: expression,
        scheduleExpressionTimezone: timeZone,
        flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: flexibleMinutes },
        target: {
          arn: target.aliasArn,
          roleArn: role.arn,
          // For calls that never reach Lambda; those that do and fail are the function's asynchronous calls.
          retryPolicy: { maximumRetryAttempts: RETRIES, maximumEventAgeInSeconds: MAXIMUM_EVENT_AGE },
          deadLetterConfig: { arn: this.calls.deadLetters.queueArn },
        },
      },
      { parent: this, dependsOn: policy },
    );
  }
}
