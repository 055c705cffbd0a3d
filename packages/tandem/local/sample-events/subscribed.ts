/** Samples of events that a function hears of only in part: those of a topic and of a bus, as its filter or its rule takes them. */
import { ruleName } from "../../program/reading/event-rules.ts";
import { type EventSource, eventSourcesOf } from "../../program/reading/event-sources.ts";
import { isReferenceTo } from "../../program/reading/function-reference.ts";
import { text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { parseObject } from "../../shared/json.ts";
import type { BusEvent } from "../deliveries/bus-event.ts";
import { inputRefusal, inputText } from "../deliveries/target-input.ts";
import { ruleTarget } from "../event-buses/declared.ts";
import { eventPattern } from "../patterns/dialects.ts";
import { exampleOf } from "../patterns/example.ts";

/** How the function has subscribed to a topic. */
export function subscriptionOf(functionName: string, recording: Recording): RecordedResource | undefined {
  return sourceOf("sns", functionName, recording)?.link;
}

interface SnsRecord {
  Sns: { Message: string; MessageAttributes: Record<string, unknown> };
}

/** With what the subscription's filter asks for. */
export function withFilter(event: unknown, { inputs }: RecordedResource): unknown {
  const example = exampleOf(parseObject(text(inputs.filterPolicy) ?? ""));
  if (!example) return event;
  for (const { Sns } of (event as { Records: SnsRecord[] }).Records) {
    if (text(inputs.filterPolicyScope) === "MessageBody") Sns.Message = JSON.stringify(example);
    else Sns.MessageAttributes = attributesOf(example);
  }
  return event;
}

function attributesOf(example: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(example).map(([name, value]) => [
    name,
    { Type: typeof value === "number" ? "Number" : "String", Value: String(value) },
  ]);
  return Object.fromEntries(entries);
}

/** As the rule takes it and gives it to the function; the event itself where no rule with a pattern calls the function. */
export function asRuleGives(event: BusEvent, functionName: string, recording: Recording): unknown {
  const source = sourceOf("rule", functionName, recording);
  const pattern = text(source?.resource.inputs.eventPattern);
  if (source === undefined || pattern === undefined) return event;
  const { link: target, resource: rule } = source;
  const example = exampleOf(parseObject(pattern));
  const made = { ...event, ...example } as BusEvent;
  const taken = eventPattern(pattern)(made) ? made : event;
  const { input, id } = ruleTarget(target);
  if (inputRefusal(input, id) !== undefined) return taken;
  const ofRule = { ruleArn: text(rule.outputs.arn) ?? "", ruleName: ruleName(rule) };
  try {
    return JSON.parse(inputText(input, taken, ofRule));
  } catch {
    return taken; // the sample has not what the target asks for
  }
}

function sourceOf(
  kind: EventSource["kind"],
  functionName: string,
  recording: Recording,
): EventSource | undefined {
  return eventSourcesOf(recording).find(
    (source) => source.kind === kind && isReferenceTo(functionName, source.functionReference),
  );
}
