/** What happens in a run as the metrics of CloudWatch that it counts towards. Told at every request: one look-up, a few sums. */
import type { CallsMeasured, InvocationEvent, RequestEvent, UndeliveredEvent } from "../../local/observer.ts";
import { AnsweredInvocations } from "./answered-invocations.ts";
import { hasMetrics, metricsIn } from "./emf.ts";
import { type FunctionSeries, FunctionTally } from "./function-tally.ts";
import type { MetricStore, Series } from "./metric-store.ts";
import { type ApiSeries, type Counted, RequestTally } from "./request-tally.ts";

/** Namespace of what CloudWatch has no metric for. */
export const OWN = "Tandem";

/** What is measured here of AWS's own metrics. */
export const MEASURED: Readonly<Record<string, readonly string[]>> = {
  "AWS/Lambda": [
    ...["Invocations", "Errors", "Throttles", "Duration", "ConcurrentExecutions"],
    ...["AsyncEventsReceived", "DestinationDeliveryFailures", "DeadLetterErrors", "IteratorAge"],
  ],
  "AWS/ApiGateway": [
    ...["Count", "4xx", "5xx", "4XXError", "5XXError", "Latency", "IntegrationLatency", "DataProcessed"],
    ...["ConnectCount", "MessageCount", "ClientError", "ExecutionError"],
  ],
  "AWS/SQS": [
    ...["ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible"],
    ...["ApproximateNumberOfMessagesDelayed", "ApproximateAgeOfOldestMessage"],
    ...[
      "NumberOfMessagesSent",
      "NumberOfMessagesReceived",
      "NumberOfMessagesDeleted",
      "NumberOfEmptyReceives",
    ],
  ],
  "AWS/DynamoDB": ["SuccessfulRequestLatency", "ReturnedItemCount"],
};

const QUEUE_COUNTS: Partial<Record<string, string>> = {
  SendMessage: "NumberOfMessagesSent",
  SendMessageBatch: "NumberOfMessagesSent",
  ReceiveMessage: "NumberOfMessagesReceived",
  DeleteMessage: "NumberOfMessagesDeleted",
  DeleteMessageBatch: "NumberOfMessagesDeleted",
};

/** Names, below `OWN`, of how often routes and stores were called: of all, and of those that failed. */
export const ROUTE_COUNTS = { calls: "RouteRequests", failures: "RouteFailures" };
export const STORE_COUNTS = { calls: "StoreCalls", failures: "StoreFailures" };

/** START, END and REPORT. */
const LINES_OF_LAMBDA = 3;

export class Measured {
  readonly #store: MetricStore;
  readonly #functions = new Map<string, FunctionTally>();
  /** By the route, of which most programs have one API and stage each; "" where none took the request, of a WebSocket API what it was. */
  readonly #requests = new Map<string, RequestTally[]>();
  readonly #answered = new AnsweredInvocations();

  constructor(store: MetricStore) {
    this.#store = store;
    store.beforeRead = () => this.#carry();
  }

  request(happened: RequestEvent): void {
    const { invocationId, started, milliseconds } = happened;
    const asked = invocationId === undefined ? undefined : this.#answered.take(invocationId);
    // All but what came before the function: authorizers, validation.
    const integration = asked === undefined ? undefined : milliseconds - Math.max(0, asked - started);
    this.#requestsOf(happened).add(happened, integration);
  }

  invocation(happened: InvocationEvent): void {
    const { time, started, functionName, result, lines, caller, requestId, reported } = happened;
    this.#function(functionName).add(happened);
    if (happened.isAsynchronous) this.#ofFunction("AsyncEventsReceived", functionName)?.count(time, 1);
    if (happened.iteratorAge !== undefined)
      this.#ofFunction("IteratorAge", functionName, "Milliseconds")?.add(time, happened.iteratorAge);
    if (result.status === "throttled") return;
    if (caller === "api") this.#answered.add(requestId, started);
    // Asked of every line of every function, but not where there are Lambda's own alone.
    if (reported && lines.length <= LINES_OF_LAMBDA) return;
    for (const line of lines) {
      if (!hasMetrics(line)) continue;
      for (const { values, time: at, unit, ...metric } of metricsIn(line, Date.now())) {
        const written = this.#store.series(metric, unit);
        for (const value of values) written?.add(at, value);
      }
    }
  }

  undelivered({ time, functionName, to }: UndeliveredEvent): void {
    const name = to === "destination" ? "DestinationDeliveryFailures" : "DeadLetterErrors";
    this.#ofFunction(name, functionName)?.count(time, 1);
  }

  calls(measured: readonly CallsMeasured[]): void {
    for (const of of measured) {
      this.#storeCalls(of);
      if (of.resource.includes(":sqs:")) this.#queueCalls(of);
      else if (of.resource.includes(":dynamodb:")) this.#tableCalls(of);
    }
  }

  /** What lies in a queue now; seconds of its oldest message. */
  queue(name: string, now: { waiting: number; inFlight: number; delayed: number; oldest: number }): void {
    const time = Date.now();
    const set = (metric: string, value: number, unit = "Count") =>
      this.#series("AWS/SQS", metric, { QueueName: name }, unit)?.count(time, value);
    set("ApproximateNumberOfMessagesVisible", now.waiting);
    set("ApproximateNumberOfMessagesNotVisible", now.inFlight);
    set("ApproximateNumberOfMessagesDelayed", now.delayed);
    set("ApproximateAgeOfOldestMessage", now.oldest, "Seconds");
  }

  #storeCalls({ time, operation, resource, isError, count: calls, items }: CallsMeasured): void {
    // A queue that is asked again and again and has nothing is not at work.
    const count = operation === "ReceiveMessage" ? Math.min(calls, items) : calls;
    if (count === 0) return;
    const dimensions = { Resource: storeOf(resource) };
    this.#series(OWN, STORE_COUNTS.calls, dimensions, "Count")?.count(time, 1, count);
    if (isError) this.#series(OWN, STORE_COUNTS.failures, dimensions, "Count")?.count(time, 1, count);
  }

  #queueCalls({ time, operation, resource, isError, count, items }: CallsMeasured): void {
    const counted = QUEUE_COUNTS[operation];
    if (isError || counted === undefined) return;
    const set = (metric: string, value: number) =>
      this.#series("AWS/SQS", metric, { QueueName: resource.split(":").at(-1) ?? "" }, "Count")?.count(
        time,
        value,
      );
    set(counted, items);
    // Each that found something found at least one.
    if (operation === "ReceiveMessage" && items < count) set("NumberOfEmptyReceives", count - items);
  }

  #tableCalls({ time, operation, resource, isError, count, items, milliseconds }: CallsMeasured): void {
    if (isError) return;
    const dimensions = { TableName: resource.split("/")[1] ?? "", Operation: operation };
    const latency = this.#series("AWS/DynamoDB", "SuccessfulRequestLatency", dimensions, "Milliseconds");
    latency?.addSummed(time, { count, ...milliseconds });
    if (operation === "Query" || operation === "Scan")
      this.#series("AWS/DynamoDB", "ReturnedItemCount", dimensions, "Count")?.count(time, items);
  }

  #carry(): void {
    for (const tally of this.#functions.values()) tally.carry();
    for (const tallies of this.#requests.values()) for (const tally of tallies) tally.carry();
  }

  #function(name: string): FunctionTally {
    const known = this.#functions.get(name);
    if (known) return known;
    const series: FunctionSeries = {
      invocations: this.#ofFunction("Invocations", name),
      errors: this.#ofFunction("Errors", name),
      throttles: this.#ofFunction("Throttles", name),
      duration: this.#ofFunction("Duration", name, "Milliseconds"),
      concurrent: this.#ofFunction("ConcurrentExecutions", name),
      coldStarts: this.#series(OWN, "ColdStarts", { FunctionName: name }, "Count"),
    };
    const made = new FunctionTally(held(series));
    this.#functions.set(name, made);
    return made;
  }

  #ofFunction(metric: string, name: string, unit = "Count"): Series | undefined {
    return this.#series("AWS/Lambda", metric, { FunctionName: name }, unit);
  }

  #requestsOf(happened: RequestEvent): RequestTally {
    const { apiId, stage, protocol, method, route = protocol === "WEBSOCKET" ? method : "" } = happened;
    const ofRoute = this.#requests.get(route);
    if (ofRoute)
      for (const known of ofRoute) if (known.apiId === apiId && known.stage === stage) return known;
    const made = new RequestTally(happened, this.#api(happened), this.#route(happened));
    if (ofRoute) ofRoute.push(made);
    else this.#requests.set(route, [made]);
    return made;
  }

  #api({ apiId, protocol, stage, method, functionName = "" }: RequestEvent): ApiSeries {
    if (protocol === "URL") return held(this.#url(functionName));
    if (protocol === "WEBSOCKET") return held(this.#connections(apiId, stage, method));
    return held(this.#stage(apiId, protocol, stage));
  }

  #route({ apiId, route }: RequestEvent): Counted | undefined {
    if (route === undefined) return undefined;
    const of = (metric: string) => this.#series(OWN, metric, { ApiId: apiId, Route: route }, "Count");
    return held({ calls: of(ROUTE_COUNTS.calls), failures: of(ROUTE_COUNTS.failures) });
  }

  #stage(apiId: string, protocol: RequestEvent["protocol"], stage: string | undefined): ApiSeries {
    const [clientErrors, serverErrors] = protocol === "REST" ? ["4XXError", "5XXError"] : ["4xx", "5xx"];
    const of = (metric: string, unit = "Count") =>
      this.#series("AWS/ApiGateway", metric, { ApiId: apiId, ...(stage ? { Stage: stage } : {}) }, unit);
    return {
      count: of("Count"),
      clientErrors: of(clientErrors as string),
      serverErrors: of(serverErrors as string),
      latency: of("Latency", "Milliseconds"),
      integrationLatency: of("IntegrationLatency", "Milliseconds"),
      dataProcessed: of("DataProcessed", "Bytes"),
    };
  }

  /** @param event of a connection: it opens, brings a message, or ends */
  #connections(apiId: string, stage: string | undefined, event: string): ApiSeries {
    const of = (metric: string, unit = "Count") =>
      this.#series("AWS/ApiGateway", metric, { ApiId: apiId, ...(stage ? { Stage: stage } : {}) }, unit);
    const counted: Record<string, string> = { CONNECT: "ConnectCount", MESSAGE: "MessageCount" };
    const metric = counted[event];
    return {
      count: metric === undefined ? undefined : of(metric),
      clientErrors: of("ClientError"),
      serverErrors: of("ExecutionError"),
      latency: undefined,
      integrationLatency: of("IntegrationLatency", "Milliseconds"),
      dataProcessed: undefined,
    };
  }

  #url(functionName: string): ApiSeries {
    return {
      count: this.#ofFunction("UrlRequestCount", functionName),
      clientErrors: this.#ofFunction("Url4xxCount", functionName),
      serverErrors: this.#ofFunction("Url5xxCount", functionName),
      latency: this.#ofFunction("UrlRequestLatency", functionName, "Milliseconds"),
      integrationLatency: undefined,
      dataProcessed: undefined,
    };
  }

  #series(namespace: string, name: string, dimensions: Record<string, string>, unit: string) {
    return this.#store.series({ namespace, name, dimensions }, unit);
  }
}

/** The table of an index, the bucket of an object: the first part of an ARN of S3, the first two of one of DynamoDB. */
export function storeOf(arn: string): string {
  const parts = arn.includes(":dynamodb:") ? 2 : arn.includes(":s3:") ? 1 : undefined;
  return arn.split("/", parts).join("/");
}

function held<Found extends object>(found: Found): Found {
  for (const series of Object.values(found) as (Series | undefined)[]) if (series) series.isHeld = true;
  return found;
}

/** By the REPORT line, the last of an invocation's log. */
export function isColdStart(lines: readonly string[]): boolean {
  return lines.at(-1)?.includes("\tInit Duration: ") ?? false;
}
