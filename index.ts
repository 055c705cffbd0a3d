/** The whole system: what exists and how it is wired. What differs between stages comes from Pulumi.<stack>.yaml. */

import { Monitoring } from "./infra/monitoring/monitoring.ts";
import { readSettings } from "./infra/settings.ts";
import { AtlasDatabase } from "./packages/components/atlas-database.ts";
import { Bucket } from "./packages/components/bucket.ts";
import { everyName } from "./packages/components/declared.ts";
import { DynamoTable } from "./packages/components/dynamo-table.ts";
import { BucketEventSource } from "./packages/components/event-source-bucket.ts";
import { QueueEventSource } from "./packages/components/event-source-queue.ts";
import { HttpApi } from "./packages/components/http-api.ts";
import { LambdaFunction } from "./packages/components/lambda-function.ts";
import { Network } from "./packages/components/network.ts";
import { Queue } from "./packages/components/queue.ts";
import { Schedule } from "./packages/components/schedule.ts";
import { Tracing } from "./packages/components/tracing.ts";

const settings = readSettings();
const { answering } = settings;

// Where the data is.
const network = settings.network && new Network("network", settings.network);
const books = new AtlasDatabase("books", { ...settings.database, network });
const movies = new DynamoTable("movies", {
  ...settings.tables,
  partitionKey: { name: "year", type: "N" },
  sortKey: { name: "title", type: "S" },
});
const idempotency = new DynamoTable("idempotency", {
  ...settings.tables,
  partitionKey: { name: "key", type: "S" },
  expiryAttribute: "expiresAt",
});
const reports = new DynamoTable("reports", {
  ...settings.tables,
  partitionKey: { name: "year", type: "N" },
});
const imports = new Bucket("imports", { ...settings.buckets, expireAfterDays: 90 });
const changes = new Queue("changes");

// What answers requests, and what each function can reach.
const hello = new LambdaFunction("hello", { ...answering, entry: "functions/hello/hello.ts" });
const createBook = new LambdaFunction("createBook", {
  ...answering,
  entry: "functions/books/createBook.ts",
  links: [books.readWrite, idempotency.readWrite],
});
const readBooks = new LambdaFunction("readBooks", {
  ...answering,
  entry: "functions/books/readBooks.ts",
  links: [books.read],
});
const readBook = new LambdaFunction("readBook", {
  ...answering,
  entry: "functions/books/readBook.ts",
  links: [books.read],
});
const updateBook = new LambdaFunction("updateBook", {
  ...answering,
  entry: "functions/books/updateBook.ts",
  links: [books.readWrite],
});
const deleteBook = new LambdaFunction("deleteBook", {
  ...answering,
  entry: "functions/books/deleteBook.ts",
  links: [books.readWrite],
});
const readMovies = new LambdaFunction("readMovies", {
  ...answering,
  entry: "functions/movies/readMovies.ts",
  links: [movies.read],
});
const readMovie = new LambdaFunction("readMovie", {
  ...answering,
  entry: "functions/movies/readMovie.ts",
  links: [movies.read],
});
const putMovie = new LambdaFunction("putMovie", {
  ...answering,
  entry: "functions/movies/putMovie.ts",
  links: [movies.readWrite],
});
const updateMovie = new LambdaFunction("updateMovie", {
  ...answering,
  entry: "functions/movies/updateMovie.ts",
  links: [movies.readWrite],
});
const deleteMovie = new LambdaFunction("deleteMovie", {
  ...answering,
  entry: "functions/movies/deleteMovie.ts",
  links: [movies.readWrite],
});
const readOpenapi = new LambdaFunction("readOpenapi", {
  ...answering,
  entry: "functions/openapi/readOpenapi.ts",
});

// How requests reach them.
const api = new HttpApi("api", {
  ...settings.api,
  routes: {
    "GET /hello": { function: hello, open: true },
    "POST /books": { function: createBook, scopes: ["books:write"] },
    "GET /books": { function: readBooks, scopes: ["books:read"] },
    "GET /books/{id}": { function: readBook, scopes: ["books:read"] },
    "PATCH /books/{id}": { function: updateBook, scopes: ["books:write"] },
    "DELETE /books/{id}": { function: deleteBook, scopes: ["books:write"] },
    "GET /movies": { function: readMovies, scopes: ["movies:read"] },
    "GET /movies/{year}/{title+}": { function: readMovie, scopes: ["movies:read"] },
    "PUT /movies/{year}/{title+}": { function: putMovie, scopes: ["movies:write"] },
    "PATCH /movies/{year}/{title+}": { function: updateMovie, scopes: ["movies:write"] },
    "DELETE /movies/{year}/{title+}": { function: deleteMovie, scopes: ["movies:write"] },
    "GET /openapi.json": { function: readOpenapi, open: true },
  },
});

// What works without being asked by anybody who waits.
const importMovies = new LambdaFunction("importMovies", {
  ...settings.functions,
  entry: "functions/movies/importMovies.ts",
  links: [imports.read, movies.write],
  memorySize: 1024,
  timeout: 300,
});
const changeMovies = new LambdaFunction("changeMovies", {
  ...settings.functions,
  entry: "functions/movies/changeMovies.ts",
  links: [changes.consume, movies.write],
  timeout: 30,
});
const reportMovies = new LambdaFunction("reportMovies", {
  ...settings.functions,
  entry: "functions/movies/reportMovies.ts",
  links: [movies.read, reports.write],
  timeout: 120,
});
new BucketEventSource("incoming", {
  bucket: imports,
  function: importMovies,
  prefix: "incoming/",
  suffix: ".json",
});
new QueueEventSource("changes", { queue: changes, function: changeMovies });
new Schedule("nightly", { function: reportMovies, expression: settings.reportSchedule });

// What is seen of all that stands above, and what somebody is told.
const monitoring = new Monitoring("monitoring", settings.monitoring);
new Tracing("tracing");

// What a person or a script asks a deployed stack for.
export const { service, stage, region } = settings;
export const apiUrl = api.url;
export const endpoints = api.endpoints;
export const { functions, tables, buckets, queues, databases } = everyName();
export const connectionString = books.connectionString;
export const { due } = books;
export const dashboardUrl = monitoring.dashboardUrl ?? null;
