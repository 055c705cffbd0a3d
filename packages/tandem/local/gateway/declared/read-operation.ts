/** Integrations of HTTP APIs with a service of AWS, as they are declared. */
import { regionOf } from "../../../program/reading/region.ts";
import { text, textMap } from "../../../program/reading/value.ts";
import type { Recording, Values } from "../../../program/recording.ts";
import { type OperationTarget, type UnsupportedTarget, unsupported } from "../api.ts";
import { isDynamic } from "../http-values.ts";
import { answerChanges } from "../integrations/parameter-changes.ts";
import { notMapped } from "../parameter-change.ts";
import { roleRefusal } from "./read-mapped.ts";

/** Those that run here, with what AWS wants of each. */
const OPERATIONS: Record<OperationTarget["subtype"], { service: string; action: string; needs: string[] }> = {
  "EventBridge-PutEvents": {
    service: "events",
    action: "PutEvents",
    needs: ["Detail", "DetailType", "Source"],
  },
  "SQS-SendMessage": { service: "sqs", action: "SendMessage", needs: ["QueueUrl", "MessageBody"] },
  "StepFunctions-StartExecution": {
    service: "states",
    action: "StartExecution",
    needs: ["StateMachineArn"],
  },
  "StepFunctions-StartSyncExecution": {
    service: "states",
    action: "StartSyncExecution",
    needs: ["StateMachineArn"],
  },
};

export function operationTarget(
  integration: Values,
  recording: Recording,
  timeoutMilliseconds: number,
): OperationTarget | UnsupportedTarget {
  const subtype = text(integration.integrationSubtype) ?? "";
  if (!isOperation(subtype)) return unsupported(`service integrations (${subtype}) do not run here`);
  const { service, action, needs } = OPERATIONS[subtype];
  const roleArn = text(integration.credentialsArn);
  if (roleArn === undefined)
    return unsupported(`its integration with ${subtype} has no credentialsArn, which AWS refuses`);
  const { Region: region = regionOf(recording), ...parameters } =
    textMap(integration.requestParameters) ?? {};
  const missing = needs.find((name) => !(name in parameters));
  if (missing !== undefined)
    return unsupported(`its integration with ${subtype} has no ${missing} among its requestParameters`);
  const odd = Object.entries(parameters).find(([, value]) => !isDynamic(value));
  if (odd) return unsupported(notMapped(odd[1], odd[0]));
  const answers = answerChanges(integration.responseParameters);
  if (typeof answers === "string") return unsupported(answers);
  const refusal = roleRefusal(recording, roleArn);
  return {
    kind: "operation",
    subtype,
    parameters,
    timeoutMilliseconds,
    answers,
    backend: { service, action, region, roleArn, ...(refusal === undefined ? {} : { refusal }) },
  };
}

function isOperation(subtype: string): subtype is OperationTarget["subtype"] {
  return Object.hasOwn(OPERATIONS, subtype);
}
