/** A Task that publishes to a topic: SNS alone still speaks forms and XML. */
import { readArn } from "../../program/reading/arn.ts";
import { isObject, type JsonObject } from "../../shared/json.ts";
import { textOf } from "../deliveries/destinations.ts";
import { credentialsOf } from "../iam/credentials.ts";
import { ServiceError } from "../json-client.ts";
import { ownCall } from "../own-call.ts";
import { elementText } from "../read-xml.ts";
import { signerOf } from "../signer.ts";
import { runtimeError } from "./language/state-error.ts";
import type { TaskCaller, TaskServices } from "./task-services.ts";

const TAKEN = ["TopicArn", "Subject", "MessageGroupId", "MessageDeduplicationId", "MessageStructure"];

export async function publish(
  given: JsonObject,
  { roleArn, session }: TaskCaller,
  { variable }: TaskServices,
): Promise<JsonObject> {
  const url = variable("AWS_ENDPOINT_URL");
  if (url === undefined) throw runtimeError("The local run has no topics");
  const endpoint = new URL(url);
  const region = readArn(String(given.TopicArn))?.region ?? "";
  const sign = signerOf({ service: "sns", region, credentials: credentialsOf(roleArn, session) });
  const body = formOf(given).toString();
  const headers = await sign({
    endpoint,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body,
  });
  const { ok, text } = await ownCall(endpoint, { headers, body });
  if (!ok)
    throw new ServiceError(
      "Publish",
      elementText(text, "Code") ?? "Failure",
      elementText(text, "Message") ?? "",
    );
  return { MessageId: elementText(text, "MessageId") };
}

function formOf(given: JsonObject): URLSearchParams {
  const form = new URLSearchParams({
    Action: "Publish",
    Version: "2010-03-31",
    Message: textOf(given.Message),
  });
  for (const name of TAKEN) if (given[name] !== undefined) form.set(name, String(given[name]));
  const attributes = isObject(given.MessageAttributes) ? Object.entries(given.MessageAttributes) : [];
  for (const [at, [name, value]] of attributes.entries()) {
    const entry = `MessageAttributes.entry.${at + 1}`;
    form.set(`${entry}.Name`, name);
    for (const [part, text] of Object.entries(isObject(value) ? value : {}))
      form.set(`${entry}.Value.${part}`, String(text));
  }
  return form;
}
