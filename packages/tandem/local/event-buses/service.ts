/** Realises event buses and the rules that match events: what is put on a bus goes to the targets of every rule that takes it. */

import { BUS, busArn, RULE, ruleOf, TARGET } from "../../program/reading/event-rules.ts";
import { text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import type { BusEvent } from "../deliveries/bus-event.ts";
import { DELIVERABLE, DELIVERED_TO, type DeliverTo } from "../deliveries/destinations.ts";
import type { DeploymentRefusals } from "../deployment-refusals.ts";
import { reportCalls } from "../emulators/call-reports.ts";
import { assumptions } from "../iam/assumptions.ts";
import type { IamService } from "../iam/service.ts";
import { deliveringRefusal } from "../iam/service-calls.ts";
import type { Observer } from "../observer.ts";
import type { OtherAwsService } from "../other-services/service.ts";
import type { LocalContext, Parity, Service } from "../service.ts";
import { busesOf, type Rule, ruleRefusals, rulesOf } from "./declared.ts";
import { answerEvents } from "./put-events.ts";
import { TargetCalls } from "./target-calls.ts";

const PRINCIPAL = "events.amazonaws.com";

/** What does something in the cloud and nothing here. */
const MISSING: Record<string, string> = {
  "aws:cloudwatch/eventArchive:EventArchive": "events are not archived here, so none is replayed",
  "aws:cloudwatch/eventApiDestination:EventApiDestination":
    "events are not sent to other addresses from here",
  "aws:cloudwatch/eventConnection:EventConnection": "events are not sent to other addresses from here",
  "aws:cloudwatch/eventEndpoint:EventEndpoint": "there is one region here",
};

export interface EventBusOptions {
  otherServices: OtherAwsService;
  iam: IamService;
  deliver: DeliverTo;
  refusals: DeploymentRefusals;
  observer?: Observer | undefined;
}

export class EventBusService implements Service {
  readonly name = "event buses";
  readonly #options: EventBusOptions;
  #recording: Recording | undefined;
  #log: (line: string) => void = () => {};
  #rules: readonly Rule[] = [];
  #buses: ReadonlySet<string> = new Set();
  /** URN of a target → why its rule may not call it. */
  #refused: ReadonlyMap<string, string> = new Map();
  readonly #reported = new Set<string>();
  #calls: TargetCalls | undefined;

  constructor(options: EventBusOptions) {
    this.#options = options;
    const { observer, iam } = options;
    options.otherServices.serve("events", {
      answer: (request) =>
        answerEvents(
          {
            guard: () => iam.guard,
            onRefusal: (refusal) => iam.report(refusal, this.#log),
            busArn: (name) => this.#busArn(name),
            put: (arn, event) => this.put(arn, event),
          },
          request,
        ),
      answered: observer && reportCalls((calls) => observer.calls({ store: "EventBridge", ...calls })),
    });
  }

  parity(resource: RecordedResource, recording: Recording): Parity | undefined {
    const { type, inputs } = resource;
    if (type === BUS)
      return { state: "realised", reason: "passes on what is put on it; nothing is archived" };
    const missing = MISSING[type];
    if (missing !== undefined) return { state: "unsupported", reason: missing };
    if (type === "aws:cloudwatch/eventPermission:EventPermission")
      return { state: "recorded only", reason: "lets other accounts in, and there are none here" };
    if (type === RULE && text(inputs.eventPattern) !== undefined)
      return { state: "realised", reason: "what its pattern takes goes to its targets" };
    if (type !== TARGET) return undefined;
    const rule = ruleOf(resource, recording);
    if (!rule || text(rule.inputs.eventPattern) === undefined) return undefined;
    return DELIVERABLE.test(text(inputs.arn) ?? "")
      ? { state: "realised", reason: "called with what the pattern of its rule takes" }
      : { state: "unsupported", reason: `only ${DELIVERED_TO} are called here` };
  }

  async start(context: LocalContext): Promise<void> {
    await this.update(context);
  }

  async update({ recording, log }: LocalContext): Promise<void> {
    this.#options.refusals.report(ruleRefusals(recording), log);
    this.#recording = recording;
    this.#log = log;
    this.#rules = rulesOf(recording);
    this.#buses = busesOf(recording);
    this.#refused = this.#judge(recording);
    this.#calls ??= new TargetCalls({
      deliver: this.#options.deliver,
      log: (line) => this.#log(line),
      refusal: ({ urn }) => this.#refused.get(urn),
    });
  }

  async stop(): Promise<void> {
    this.#calls?.stop();
    this.#rules = [];
  }

  /**
   * Resolves once every target was tried. `forwarded`: it came from another bus. AWS hands an event on from bus to bus once and no
   * further.
   */
  async put(arn: string, event: BusEvent, forwarded = false): Promise<void> {
    if (!this.#buses.has(arn)) {
      // AWS takes it all the same, and nobody hears of it.
      this.#reportOnce(`Event bus ${arn} is none of this program: what is put on it goes nowhere.`);
      return;
    }
    const taking = this.#rules.filter((rule) => rule.busArn === arn && rule.matches(event));
    await Promise.all(
      taking.flatMap((rule) =>
        rule.targets.map(async (target) => {
          const isBus = target.arn.includes(":events:");
          if (isBus && forwarded) {
            this.#reportOnce(
              `Rule ${rule.name}: an event that came from another bus is not handed on to a third.`,
            );
            return;
          }
          await this.#calls?.call(rule, target, event);
        }),
      ),
    );
  }

  #busArn(name: string | undefined): string {
    return this.#recording ? busArn(name, this.#recording) : (name ?? "");
  }

  #judge(recording: Recording): Map<string, string> {
    const assuming = new Map(assumptions(recording).map((one) => [one.resource.urn, one]));
    const refused = new Map<string, string>();
    for (const rule of this.#rules) {
      for (const { urn, arn } of rule.targets) {
        const delivery = { principal: PRINCIPAL, sourceArn: rule.arn, targetArn: arn };
        const why = deliveringRefusal(recording, this.#options.iam.guard, delivery, assuming.get(urn));
        if (why === undefined) continue;
        refused.set(urn, why);
        this.#reportOnce(`Rule ${rule.name}: ${why}.`.replace(/\.\.$/, "."));
      }
    }
    return refused;
  }

  #reportOnce(line: string): void {
    if (this.#reported.has(line)) return;
    this.#reported.add(line);
    this.#log(line);
  }
}
