import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import { declared, soFar } from "./declared.ts";
import type { LambdaFunction } from "./lambda-function.ts";
import { Mistake } from "./mistake.ts";
import { physicalName } from "./names.ts";
import { policyDocument } from "./policy-document.ts";

export interface AsynchronousCallsArgs {
  function: LambdaFunction;
  /** Calls after a failed one, 0 to 2; Lambda waits a minute before the first and two before the second. */
  retries: number;
  /** Seconds after which a call that did not get through is given up, 60 to 21,600. */
  maximumEventAge: number;
}

/** What becomes of a call nobody waits for: how often and how long it is tried, and where it ends when all fails. */
export class AsynchronousCalls extends pulumi.ComponentResource {
  readonly name: string;
  readonly function: LambdaFunction;
  readonly deadLetters: DeadLetterQueue;

  constructor(name: string, args: AsynchronousCallsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:AsynchronousCalls", name, {}, opts);
    this.name = name;
    this.function = args.function;
    this.#refuseSecond();
    const { function: target, retries, maximumEventAge } = args;
    this.deadLetters = new DeadLetterQueue(name, { parent: this });
    // Lambda sends the dead letter with the permissions of the function itself.
    const sending = new aws.iam.RolePolicy(
      `${name}-dead-letters`,
      {
        name: physicalName(name, "policy", "-dead-letters"),
        role: target.roleName,
        policy: policyDocument([
          { Effect: "Allow", Action: "sqs:SendMessage", Resource: this.deadLetters.queueArn },
        ]),
      },
      { parent: this },
    );
    new aws.lambda.FunctionEventInvokeConfig(
      name,
      {
        functionName: target.functionName,
        qualifier: target.aliasName,
        maximumRetryAttempts: retries,
        maximumEventAgeInSeconds: maximumEventAge,
        destinationConfig: { onFailure: { destination: this.deadLetters.queueArn } },
      },
      // Lambda refuses a destination the function may not send to.
      { parent: this, dependsOn: sending },
    );
    declared("asynchronousCalls", name, this);
    this.registerOutputs({ deadLettersUrl: this.deadLetters.queueUrl });
  }

  /** Lambda keeps one such configuration a function; a second one would replace the first without a word. */
  #refuseSecond(): void {
    const { name } = this;
    const other = soFar("asynchronousCalls").find((calls) => calls.function === this.function);
    if (other) {
      throw new Mistake(
        `Function "${this.function.name}" is already called asynchronously by "${other.name}", whose retries and dead letters ` +
          `"${name}" would replace; give "${name}" a function of its own`,
      );
    }
  }
}
