/** Every service of a local run, in the order in which they start; they stop in reverse. The only list of them. */

import { type DeliverTo, deliverTo } from "./deliveries/destinations.ts";
import { destinationDelivery } from "./deliveries/lambda-destination.ts";
import { DeploymentRefusals } from "./deployment-refusals.ts";
import { DistributionService } from "./distributions/service.ts";
import { DynamodbService } from "./dynamodb/service.ts";
import { EventBusService } from "./event-buses/service.ts";
import { StreamSourceService } from "./event-sources/dynamodb/service.ts";
import { KinesisSourceService } from "./event-sources/kinesis/service.ts";
import { BucketNotificationService } from "./event-sources/s3/service.ts";
import { ScheduleService } from "./event-sources/scheduler/service.ts";
import { QueueSourceService } from "./event-sources/sqs/service.ts";
import { FunctionUrlService } from "./function-urls/service.ts";
import type { Endpoint } from "./gateway/endpoints.ts";
import { GatewayService, type RequestLine } from "./gateway/service.ts";
import { credentialsOf } from "./iam/credentials.ts";
import { deliveryRefusal } from "./iam/role-calls.ts";
import { IamService } from "./iam/service.ts";
import { KinesisService } from "./kinesis/service.ts";
import { LambdaApiService } from "./lambda-api/service.ts";
import { MongodbService } from "./mongodb/service.ts";
import type { Observer } from "./observer.ts";
import { OtherAwsService } from "./other-services/service.ts";
import { QueueAndBucketService } from "./queues-and-buckets/service.ts";
import { SecretsAndParametersService } from "./secrets-and-parameters/service.ts";
import { SeedService } from "./seed/service.ts";
import type { ServedAddress } from "./served-address.ts";
import type { Service } from "./service.ts";
import { StateMachineService } from "./state-machines/service.ts";
import { StsService } from "./sts/service.ts";
import { TopicService } from "./topics/service.ts";
import { WebsiteService } from "./websites/service.ts";
import { WebSocketService } from "./websockets/service.ts";
import type { FunctionDebugger } from "./workers/function-debugger.ts";
import { WorkerService } from "./workers/service.ts";
import { XrayService } from "./xray-daemon/service.ts";

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
  /** Load a function when it is first called, and not all of them at the start. */
  loadOnCall?: boolean | undefined;
  /** Holds functions at breakpoints. */
  debugger?: FunctionDebugger | undefined;
  /** Told of all that happens. */
  observer?: Observer | undefined;
  /** A line for the person at the terminal. */
  log(line: string): void;
  /** Takes the lines of functions and requests. */
  reader: LogReader;
}

/** Whoever shows the log in a way of its own. */
export interface LogReader {
  line(functionName: string, line: string): void;
  request(request: RequestLine): void;
  /** What it still keeps back is written. */
  close?(): void;
}

export interface Services {
  /** Those of one stage start together, once the stage before has started. */
  stages: readonly (readonly Service[])[];
  inOrder: readonly Service[];
  mongodb: MongodbService;
  workers: WorkerService;
  gateway: GatewayService | undefined;
  /** What can be called by HTTP: of APIs first, then function URLs, sites and distributions. */
  endpoints(): Endpoint[];
  /** Of APIs first, then function URLs, sites and distributions. */
  addresses(): ServedAddress[];
  iam: IamService;
  refusals: DeploymentRefusals;
  queuesAndBuckets: QueueAndBucketService;
  schedules: ScheduleService;
  xray: XrayService;
  /** To functions, queues, topics, buses and state machines of the program. */
  deliver: DeliverTo;
}

export function createServices({
  listen,
  allowCloud = false,
  seeds = true,
  strict = false,
  keepGoing = false,
  loadOnCall = false,
  debugger: inspectedBy,
  observer,
  reader,
  log,
}: ServiceOptions): Services {
  // What functions may do.
  const refusals = new DeploymentRefusals(keepGoing);
  const iam = new IamService(refusals);
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
  const queuesAndBuckets = new QueueAndBucketService(iam, observer, refusals);
  const otherServices = new OtherAwsService(iam);
  const sts = new StsService({ otherServices, iam });
  const secrets = new SecretsAndParametersService({ otherServices, iam, observer });
  const kinesis = new KinesisService({ otherServices, iam, observer });
  // What becomes of requests, seen.
  const xray = new XrayService(() => iam.guard, observer);
  const seed = new SeedService(() => mongodb.late);
  // Functions, once all they reach is there.
  const workers: WorkerService = new WorkerService({
    lateStore: () => mongodb.late,
    credentialsOf,
    allowCloud,
    keepGoing,
    loadOnCall,
    debugger: inspectedBy,
    observer,
    xray,
    onLog: (functionName, line) => reader.line(functionName, line),
    deliver: (arn, record, attributes) => deliver(arn, destinationDelivery(arn, record, attributes)),
    refuses: (roleArn, arn) => deliveryRefusal(iam.guard, roleArn, arn),
  });
  const arnOf = (reference: string) => workers.arnOf(reference);
  const deliver = deliverTo({
    invoker: workers,
    queueUrl: (arn) => queuesAndBuckets.queueUrl(arn),
    publish: (arn, message, beside) => topics.publish(arn, message, beside),
    putEvent: (arn, event, isForwarded) => buses.put(arn, event, isForwarded),
    startExecution: (arn, input) => stateMachines.startExecution(arn, input),
    putObject: (...object) => queuesAndBuckets.putObject(...object),
  });
  const lambdaApi = new LambdaApiService({
    invoker: workers,
    arnOf,
    guard: () => iam.guard,
    onRefusal: (refusal) => iam.report(refusal, log),
  });
  // Listens before there are functions: they may be given the address of one.
  const functionUrls =
    listen &&
    new FunctionUrlService({
      host: listen.host,
      invoker: workers,
      guard: () => iam.guard,
      observer,
      onRequest: (request) => reader.request(request),
    });
  const websites =
    listen && new WebsiteService({ host: listen.host, endpoint: () => queuesAndBuckets.endpoint });
  const distributions =
    listen &&
    new DistributionService({
      host: listen.host,
      endpoint: () => queuesAndBuckets.endpoint,
      onRequest: (request) => reader.request(request),
    });
  const webSockets =
    listen &&
    new WebSocketService({
      host: listen.host,
      invoker: workers,
      iam,
      observer,
      onRequest: (request) => reader.request(request),
    });
  // What calls functions.
  const queueSources = new QueueSourceService(queuesAndBuckets, workers, refusals);
  const ofStreams = { invoker: workers, arnOf, iam, deliver, refusals };
  const streamSources = new StreamSourceService({ dynamodb, ...ofStreams });
  const kinesisSources = new KinesisSourceService({ kinesis, ...ofStreams });
  const notifications = new BucketNotificationService(queuesAndBuckets, deliver);
  const topics = new TopicService({ otherServices, iam, deliver, refusals, observer });
  const buses = new EventBusService({ otherServices, iam, deliver, refusals, observer });
  const stateMachines = new StateMachineService({
    otherServices,
    iam,
    invoker: workers,
    refusals,
    observer,
  });
  const schedules = new ScheduleService({ iam, deliver });
  const gateway =
    listen &&
    new GatewayService({
      ...listen,
      invoker: workers,
      guard: () => iam.guard,
      observer,
      samples: (asked) => xray.samplesRequest(asked),
      refusals,
      onRequest: (request) => reader.request(request),
    });
  const stores = [mongodb, dynamodb, queuesAndBuckets, otherServices, sts, secrets, kinesis, xray];
  const callers = [
    notifications,
    queueSources,
    streamSources,
    kinesisSources,
    topics,
    buses,
    stateMachines,
    schedules,
    ...(gateway ? [gateway] : []),
    ...(webSockets ? [webSockets.connections] : []),
  ];
  const reached = [gateway, webSockets, functionUrls, websites, distributions];
  const stages: Service[][] = [
    [iam],
    stores,
    seeds ? [seed] : [],
    [lambdaApi, ...[webSockets, functionUrls, websites, distributions].filter((one) => one !== undefined)],
    [workers],
    callers,
  ];
  return {
    stages,
    inOrder: stages.flat(),
    mongodb,
    workers,
    gateway,
    endpoints: () => reached.flatMap((one) => one?.endpoints() ?? []),
    addresses: () => reached.flatMap((one) => one?.addresses() ?? []),
    iam,
    refusals,
    queuesAndBuckets,
    schedules,
    xray,
    deliver,
  };
}
