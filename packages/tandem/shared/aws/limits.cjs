/** Limits and defaults of AWS's services, the only place where they stand. CommonJS, because threads of functions read it too. */
module.exports = {
  lambda: {
    /** Event of a synchronous call, in bytes: 6 MB. */
    largestEvent: 6_291_456,
    /** Event of an asynchronous call, in bytes: 1 MB. */
    largestAsynchronousEvent: 1_048_576,
    /** Answer that is not streamed, in bytes: 6 MB and a hundred bytes for its envelope. */
    largestAnswer: 6_291_556,
    /** Answer that is streamed, in bytes: 200 MB. */
    largestStream: 209_715_200,
    /** Names and values of all variables together, in bytes. */
    largestEnvironment: 4_096,
    /** Characters of a function's name. */
    longestName: 64,
    /** MB. */
    memory: { least: 128, most: 10_240, standard: 128 },
    /** Seconds. */
    timeout: { longest: 900, standard: 3 },
    /** Layers of a function. */
    mostLayers: 5,
    /** MB of a function's /tmp. */
    temporary: { least: 512, most: 10_240 },
    /** Messages of a queue in one event, where the mapping says nothing. */
    standardBatch: 10,
    /** Filters of an event source mapping. */
    mostFilters: 5,
  },
  apiGateway: {
    /** Request line and headers together, in bytes. */
    largestHead: 10_240,
    /** Body of a request, in bytes: 10 MB. */
    largestBody: 10_485_760,
    /** Milliseconds that an API waits for an integration that says nothing. */
    httpTimeout: 30_000,
    restTimeout: 29_000,
    /** Milliseconds that it waits for a Lambda authorizer. */
    authorizerTimeout: 10_000,
    /** Routes of an API, and its integrations, unless the account's quota is raised. */
    mostRoutes: 300,
  },
  webSockets: {
    /** Of a frame that comes in, in bytes: 32 KB. Longer messages come in several. */
    largestFrame: 32_768,
    /** Of a message in either direction, in bytes: 128 KB. */
    largestMessage: 131_072,
    /** Milliseconds without a message, and in all. */
    idle: 600_000,
    longestConnection: 7_200_000,
  },
  /** Of a mapping that reads a table's stream. */
  streams: {
    mostRecordsOfBatch: 10_000,
    /** Seconds. */
    longestWindow: 300,
    /** Seconds. */
    longestTumblingWindow: 900,
    mostRetries: 10_000,
    /** Seconds. */
    oldestRecord: 604_800,
    mostParallel: 10,
  },
  sqs: {
    /** Messages that one call sends or receives. */
    mostMessages: 10,
    /** Messages that a mapping collects for one event, and seconds that it does so at most. */
    mostMessagesOfBatch: 10_000,
    longestWindow: 300,
    /** Seconds that a received message is hidden where the queue says nothing. */
    standardVisibility: 30,
  },
};
