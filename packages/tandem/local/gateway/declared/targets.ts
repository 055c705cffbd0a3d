/** What stands behind a route: a function of this program, or a reason why it does not run here. */

import {
  type FunctionName,
  functionArn,
  readInvokedFunction,
} from "../../../program/reading/function-reference.ts";
import { oncePerRecording } from "../../../program/reading/once.ts";
import { ofType } from "../../../program/reading/resources.ts";
import { text } from "../../../program/reading/value.ts";
import type { Recording } from "../../../program/recording.ts";
import {
  API_GATEWAY,
  type InvocationGrant,
  LambdaPermission,
  OUT_OF_SIGHT,
  type Permission,
  readGrants,
  refusalOf,
} from "../../iam/invocation-permission.ts";
import { guardOf } from "../../iam/policies.ts";
import { roleCallRefusal } from "../../iam/role-calls.ts";
import { type LambdaTarget, type UnsupportedTarget, unsupported } from "../api.ts";

export interface LambdaIntegration {
  uri: string;
  payloadFormat: "1.0" | "2.0";
  timeoutMilliseconds: number;
  /** ARN of a role in whose name the API calls; without one it needs the function's own permission. */
  roleArn: string | undefined;
  /** ARN that a permission must cover, for a method; undefined where the permission is declared out of sight. */
  sourceArn: ((method: string) => string) | undefined;
}

/** In the place of a role: the API calls with the credentials of whoever calls it. */
const CALLERS_OWN = "arn:aws:iam::*:user/*";

export interface CalledFunction {
  arn: string;
  called: FunctionName;
}

export class Targets {
  /** Made once: each integration of a program asks, and to read all its functions and permissions takes as long as there are of them. */
  static readonly of = oncePerRecording((recording) => new Targets(recording));
  readonly recording: Recording;
  readonly #functions: Set<string>;
  readonly #grants: readonly InvocationGrant[];

  private constructor(recording: Recording) {
    this.recording = recording;
    this.#grants = readGrants(recording);
    this.#functions = new Set(
      ofType(recording, "aws:lambda/function:Function").flatMap(({ inputs, outputs }) => {
        return text(outputs.name) ?? text(inputs.name) ?? [];
      }),
    );
  }

  /** The function that a URI names, if it is one of this program. */
  find(uri: string): CalledFunction | UnsupportedTarget {
    const arn = functionArn(uri);
    const called = arn === undefined ? undefined : readInvokedFunction(arn);
    if (arn === undefined || !called) return unsupported(`its URI names no Lambda function: ${uri}`);
    if (!this.#functions.has(called.name))
      return unsupported(`function ${called.name} is not part of this program`);
    return { arn, called };
  }

  lambda(integration: LambdaIntegration): LambdaTarget | UnsupportedTarget {
    const { uri, payloadFormat, timeoutMilliseconds } = integration;
    const found = this.find(uri);
    if ("kind" in found) return found;
    const { arn, called } = found;
    if (integration.roleArn === CALLERS_OWN)
      return unsupported("integrations that call with the caller's credentials do not run here");
    return {
      kind: "lambda",
      functionArn: arn,
      functionName: called.name,
      payloadFormat,
      timeoutMilliseconds,
      permission: this.#permission(integration, found),
    };
  }

  #permission({ roleArn, sourceArn }: LambdaIntegration, { arn, called }: CalledFunction): Permission {
    if (roleArn !== undefined) {
      const call = { roleArn, service: API_GATEWAY, action: "lambda:InvokeFunction", resource: arn };
      const refusal = roleCallRefusal(this.recording, guardOf(this.recording), call);
      return { refused: () => refusal };
    }
    if (sourceArn === undefined) return OUT_OF_SIGHT;
    return new LambdaPermission(refusalOf(this.#grants, called), sourceArn);
  }
}
