/** What stands behind a route: a function of this program, or a reason why it does not run here. */

import { text } from "../../program/reading/value.ts";
import type { Recording } from "../../program/recording.ts";
import type { LambdaTarget, UnsupportedTarget } from "./api.ts";
import { type FunctionName, functionArn, parseFunctionName } from "./lambda-names.ts";
import { type Grant, LambdaPermission, NOT_JUDGED, readGrants, refusalOf } from "./permissions.ts";
import { ofType } from "./values.ts";

export interface LambdaIntegration {
  uri: string;
  payloadFormat: "1.0" | "2.0";
  timeoutMilliseconds: number;
  /** False where the API calls with a role of its own, or its permission is declared out of sight. */
  isJudged: boolean;
  /** ARN that a permission must cover, for a method. */
  sourceArn(method: string): string;
}

export interface CalledFunction {
  arn: string;
  called: FunctionName;
}

export class Targets {
  readonly #functions: Set<string>;
  readonly #grants: Grant[];

  constructor(recording: Recording) {
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
    const called = arn === undefined ? undefined : parseFunctionName(arn);
    if (arn === undefined || !called) return unsupported(`its URI names no Lambda function: ${uri}`);
    if (!this.#functions.has(called.name))
      return unsupported(`function ${called.name} is not part of this program`);
    return { arn, called };
  }

  lambda(integration: LambdaIntegration): LambdaTarget | UnsupportedTarget {
    const { uri, payloadFormat, timeoutMilliseconds, isJudged, sourceArn } = integration;
    const found = this.find(uri);
    if ("kind" in found) return found;
    const { arn, called } = found;
    const permission = isJudged
      ? new LambdaPermission(refusalOf(this.#grants, called), sourceArn)
      : NOT_JUDGED;
    return {
      kind: "lambda",
      functionArn: arn,
      functionName: called.name,
      payloadFormat,
      timeoutMilliseconds,
      permission,
    };
  }
}

export function unsupported(reason: string): UnsupportedTarget {
  return { kind: "unsupported", reason };
}
