/** What tasks are called with, and what calls them. */
import type { JsonObject } from "../../shared/json.ts";
import type { Invoker } from "../invocation.ts";

/** In whose name, and where. */
export interface TaskCaller {
  roleArn: string;
  machineArn: string;
  /** Name of the execution, which is that of the role's session. */
  session: string;
}

export interface TaskServices {
  invoker: Invoker;
  /** Address on this machine of a variable that SDKs read; undefined where the run has none. */
  variable(name: string): string | undefined;
  /** A cloud's address → this machine's. */
  address(value: string): string;
  /** Why the role may not; undefined where it may. */
  refusal(caller: TaskCaller, action: string, resource: string): string | undefined;
  /** @returns its ARN, and its end */
  startExecution(
    input: JsonObject,
    caller: TaskCaller,
  ): { arn: string; startDate: Date; ended: Promise<Ended> };
}

/** Of a nested execution. */
export interface Ended {
  status: string;
  /** As DescribeExecution shows it. */
  described: JsonObject;
}
