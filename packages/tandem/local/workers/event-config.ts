/** What the program says of asynchronous invocations of a function. */

import { parseFunctionReference } from "../../program/reading/function-reference.ts";
import { ofType } from "../../program/reading/resources.ts";
import { number, object, text } from "../../program/reading/value.ts";
import type { Recording } from "../../program/recording.ts";

export const EVENT_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";

export interface EventConfig {
  maximumRetries: number;
  maximumAgeSeconds: number;
  onSuccess: string | undefined;
  onFailure: string | undefined;
}

/** Lambda's own values where the program says nothing: two retries within six hours. */
const defaults: EventConfig = {
  maximumRetries: 2,
  maximumAgeSeconds: 21_600,
  onSuccess: undefined,
  onFailure: undefined,
};

/** One configuration for a function here, whichever of its qualifiers it was declared for. */
export function eventConfig(functionName: string, recording: Recording): EventConfig {
  const declared = ofType(recording, EVENT_CONFIG).find(
    ({ inputs }) => parseFunctionReference(text(inputs.functionName) ?? "").name === functionName,
  );
  if (!declared) return defaults;
  const destinations = object(declared.inputs.destinationConfig);
  return {
    maximumRetries: number(declared.inputs.maximumRetryAttempts) ?? defaults.maximumRetries,
    maximumAgeSeconds: number(declared.inputs.maximumEventAgeInSeconds) ?? defaults.maximumAgeSeconds,
    onSuccess: text(object(destinations.onSuccess).destination),
    onFailure: text(object(destinations.onFailure).destination),
  };
}
