/** Every service of a local run, in the order in which they start; they stop in reverse. The only list of them. */
import { DynamodbService } from "./dynamodb/service.ts";
import { BucketNotifications } from "./event-sources/s3/service.ts";
import { Scheduler } from "./event-sources/scheduler/service.ts";
import { sendToQueue } from "./event-sources/sqs/send-to-queue.ts";
import { QueueSources } from "./event-sources/sqs/service.ts";
import { Gateway, type RequestLine } from "./gateway/service.ts";
import { credentialsOf } from "./iam/credentials.ts";
import { deliveryRefusal } from "./iam/role-calls.ts";
import { IamService } from "./iam/service.ts";
import { MongodbService } from "./mongodb/service.ts";
import type { Observer } from "./observer.ts";
import { OtherServices } from "./other-services/service.ts";
import { QueuesAndBucketsService } from "./queues-and-buckets/service.ts";
import { requestLine } from "./request-line.ts";
import { SeedService } from "./seed/service.ts";
import type { Service } from "./service.ts";
import type { FunctionDebugger } from "./workers/function-debugger.ts";
import { LambdaApi } from "./workers/lambda-api.ts";
import { Workers } from "./workers/workers.ts";

export interface ServiceOptions {
  /** Where the first API listens; without it there is no gateway. */
  listen?: { host: string; port: number };
  /** What functions send to addresses of the cloud may leave this machine. */
  allowCloud?: boolean | undefined;
  /** Whether the program's sample data is loaded, as it is unless false. */
  seeds?: boolean | undefined;
  /** Nothing is served before everything is there. */
  strict?: boolean | undefined;
  /** Serve the rest where a function cannot be loaded. */
  keepGoing?: boolean | undefined;
  /** Holds functions at breakpoints. */
  debugger?: FunctionDebugger | undefined;
  /** Told of all that happens. */
  observer?: Observer | undefined;
  /** A line for the person at the terminal. */
  log(line: string): void;
  /** Takes the lines of functions and requests instead. */
  reader?: LogReader | undefined;
}

/** Whoever shows the log in a way of its own. */
export interface LogReader {
  line(functionName: string, line: string): void;
  request(request: RequestLine): void;
}

export interface Services {
  /** Those of one stage start together, once the stage before has started. */
  stages: readonly (readonly Service[])[];
  inOrder: readonly Service[];
  mongodb: MongodbService;
  workers: Workers;
  gateway: Gateway | undefined;
  iam: IamService;
  queuesAndBuckets: QueuesAndBucketsService;
  schedules: Scheduler;
}

export function createServices({
  listen,
  allowCloud = false,
  seeds = true,
  strict = false,
  keepGoing = false,
  debugger: inspectedBy,
  observer,
  reader,
  log,
}: ServiceOptions): Services {
  // What functions may do.
  const iam = new IamService();
  // Where data is.
  const mongodb: MongodbService = new MongodbService({
    // Whoever calls a function by itself waits; a request is answered that it is to come again.
    mayComeLate: listen !== undefined && !strict,
    onceThere: async () => {
      if (seeds) await seed.loadLate();
      await workers.tryLate();
    },
  });
  const dynamodb = new DynamodbService(iam, observer);
  const queuesAndBuckets = new QueuesAndBucketsService(iam, observer, keepGoing);
  const otherServices = new OtherServices(iam);
  const seed = new SeedService(() => mongodb.late);
  // Functions, once all they reach is there.
  const workers: Workers = new Workers({
    lateStore: () => mongodb.late,
    credentialsOf,
    allowCloud,
    keepGoing,
    debugger: inspectedBy,
    observer,
    onLog: (functionName, line) => (reader ? reader.line(functionName, line) : log(line)),
    deliver: (arn, record) => sendToQueue(queuesAndBuckets, arn, record),
    refuses: (roleArn, arn) => deliveryRefusal(iam.guard, roleArn, arn),
  });
  const lambdaApi = new LambdaApi({
    invoker: workers,
    arnOf: (reference) => workers.arnOf(reference),
    guard: () => iam.guard,
    onRefusal: (refusal) => iam.report(refusal, log),
  });
  // What calls functions.
  const queueSources = new QueueSources(queuesAndBuckets, workers);
  const notifications = new BucketNotifications(queuesAndBuckets, workers);
  const schedules = new Scheduler({
    iam,
    invoker: workers,
    sendToQueue: (arn, body) => sendToQueue(queuesAndBuckets, arn, body),
  });
  const gateway =
    listen &&
    new Gateway({
      ...listen,
      invoker: workers,
      guard: () => iam.guard,
      observer,
      onRequest: (request) => (reader ? reader.request(request) : log(requestLine(request))),
    });
  const stores = [mongodb, dynamodb, queuesAndBuckets, otherServices];
  const callers = [notifications, queueSources, schedules, ...(gateway ? [gateway] : [])];
  const stages: Service[][] = [[iam], stores, seeds ? [seed] : [], [lambdaApi], [workers], callers];
  return { stages, inOrder: stages.flat(), mongodb, workers, gateway, iam, queuesAndBuckets, schedules };
}
