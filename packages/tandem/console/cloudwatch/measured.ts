/** What happens in a run as the metrics of CloudWatch that it counts towards. Told at every request: one look-up, a few sums. */
import type { CallsMeasured, InvocationEvent, RequestEvent, UndeliveredEvent } from "../../local/observer.ts";
import { hasMetrics, metricsIn } from "./emf.ts";
import type { MetricStore, Series } from "./metric-store.ts";

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

interface FunctionSeries {
  invocations: Series | undefined;
  errors: Series | undefined;
  throttles: Series | undefined;
  duration: Series | undefined;
  concurrent: Series | undefined;
  coldStarts: Series | undefined;
}

interface ApiSeries {
  count: Series | undefined;
  clientErrors: Series | undefined;
  serverErrors: Series | undefined;
  latency: Series | undefined;
  integrationLatency: Series | undefined;
  dataProcessed: Series | undefined;
}

interface Counted {
  calls: Series | undefined;
  failures: Series | undefined;
}

/** Names, below `OWN`, of how often routes and stores were called: of all, and of those that failed. */
export const ROUTE_COUNTS = { calls: "RouteRequests", failures: "RouteFailures" };
export const STORE_COUNTS = { calls: "StoreCalls", failures: "StoreFailures" };

/** Invocations of requests that are not answered yet. */
const MOST_OPEN = 2_000;
/** START, END and REPORT. */
const LINES_OF_LAMBDA = 3;

export class Measured {
  readonly #store: MetricStore;
  readonly #functions = new Map<string, FunctionSeries>();
  /** By the API's id, then by the stage; of a function URL by its function. */
  readonly #apis = new Map<string, Map<string, ApiSeries>>();
  /** By the API's id, then by the route. */
  readonly #routes = new Map<string, Map<string, Counted>>();
  /** How long the function of a request took, by the invocation's id. */
  readonly #open = new Map<string, number>();

  constructor(store: MetricStore) {
    this.#store = store;
  }

  request(happened: RequestEvent): void {
    const { time, milliseconds, status, invocationId, body, answerBody } = happened;
    const api = this.#api(happened);
    api.count?.count(time, 1);
    api.clientErrors?.count(time, status >= 400 && status < 500 ? 1 : 0);
    api.serverErrors?.count(time, status >= 500 ? 1 : 0);
    api.latency?.add(time, milliseconds);
    api.dataProcessed?.count(time, body.length + answerBody.length);
    if (happened.route !== undefined) {
      const { calls, failures } = this.#route(happened.apiId, happened.route);
      calls?.count(time, 1);
      if (status >= 500) failures?.count(time, 1);
    }
    const integration = invocationId === undefined ? undefined : this.#open.get(invocationId);
    if (invocationId === undefined || integration === undefined) return;
    this.#open.delete(invocationId);
    api.integrationLatency?.add(time, integration);
  }

  invocation(happened: InvocationEvent): void {
    const { time, milliseconds, functionName, result, concurrent, lines, caller, requestId, reported } =
      happened;
    const series = this.#function(functionName);
    const isThrottled = result.status === "throttled";
    series.throttles?.count(time, isThrottled ? 1 : 0);
    if (happened.isAsynchronous) this.#ofFunction("AsyncEventsReceived", functionName)?.count(time, 1);
    if (happened.iteratorAge !== undefined)
      this.#ofFunction("IteratorAge", functionName, "Milliseconds")?.add(time, happened.iteratorAge);
    if (isThrottled) return;
    series.invocations?.count(time, 1);
    series.errors?.count(time, result.status === "error" ? 1 : 0);
    series.duration?.add(time, reported?.duration ?? milliseconds);
    series.concurrent?.count(time, concurrent);
    if (reported?.isColdStart) series.coldStarts?.count(time, 1);
    if (caller === "api") {
      if (this.#open.size >= MOST_OPEN) this.#open.clear();
      this.#open.set(requestId, milliseconds);
    }
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

  #function(name: string): FunctionSeries {
    const known = this.#functions.get(name);
    if (known) return known;
    const found = {
      invocations: this.#ofFunction("Invocations", name),
      errors: this.#ofFunction("Errors", name),
      throttles: this.#ofFunction("Throttles", name),
      duration: this.#ofFunction("Duration", name, "Milliseconds"),
      concurrent: this.#ofFunction("ConcurrentExecutions", name),
      coldStarts: this.#series(OWN, "ColdStarts", { FunctionName: name }, "Count"),
    };
    this.#functions.set(name, held(found));
    return found;
  }

  #ofFunction(metric: string, name: string, unit = "Count"): Series | undefined {
    return this.#series("AWS/Lambda", metric, { FunctionName: name }, unit);
  }

  #api({ apiId, protocol, stage, functionName = "" }: RequestEvent): ApiSeries {
    // Two look-ups by texts that are there cost a fraction of one by a text that has to be made.
    const key = stage ?? "";
    const ofApi = this.#apis.get(apiId);
    const known = ofApi?.get(key);
    if (known) return known;
    const made = protocol === "URL" ? this.#url(functionName) : this.#stage(apiId, protocol, stage);
    held(made);
    if (ofApi) ofApi.set(key, made);
    else this.#apis.set(apiId, new Map([[key, made]]));
    return made;
  }

  #route(apiId: string, route: string): Counted {
    const ofApi = this.#routes.get(apiId);
    const known = ofApi?.get(route);
    if (known) return known;
    const of = (metric: string) => this.#series(OWN, metric, { ApiId: apiId, Route: route }, "Count");
    const made = held({ calls: of(ROUTE_COUNTS.calls), failures: of(ROUTE_COUNTS.failures) });
    if (ofApi) ofApi.set(route, made);
    else this.#routes.set(apiId, new Map([[route, made]]));
    return made;
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
