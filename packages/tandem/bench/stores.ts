/**
 * What a route on a store takes beside the store alone, which is asked for the same by the same driver from a process of its own, in the same
 * minutes. The routes are those that openapi.json describes: a document added and read by its id, an item read by its key.
 */
import { appendFileSync, rmSync } from "node:fs";
import path from "node:path";
import { DescribeTableCommand, DynamoDBClient, GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { type Collection, type Document, MongoClient, ObjectId } from "mongodb";
import { operatorCredentials } from "../local/iam/credentials.ts";
import { type RunStatus, StateFolder } from "../local/state-folder.ts";
import { copyOfProgram } from "./copy-of-program.ts";
import { describedKeyRoute, describedLoad } from "./described-resource.ts";
import { type Figure, median } from "./figures.ts";
import { httpLoad } from "./http-load.ts";
import { startLocalRun, whileRunning } from "./started-run.ts";

const STACK = "dev";
const ROUNDS = 7;
const SECONDS = 1;
const WARM_UP_SECONDS = 3;
const MANY = 16;
/** More than this a route may not take over its store. */
const MOST_OVER_MS = 1.5;

interface Route {
  /** What is asked for. */
  what: string;
  url: string;
  body?: string | undefined;
  /** The same, asked of the store. */
  alone(): Promise<unknown>;
}

interface Measured {
  p50: number;
  rate: number;
  errors: number;
}

export async function measureStores(): Promise<Figure[]> {
  const cwd = copyOfProgram();
  // The stage would throttle the load away.
  appendFileSync(path.join(cwd, "Pulumi.dev.yaml"), "  rateLimit: 10000\n  burstLimit: 5000\n");
  const { resource } = describedLoad(cwd);
  try {
    return await whileRunning(
      startLocalRun({ cwd, path: resource.path, args: ["--no-console"] }),
      async ({ url }) => {
        const run = await new StateFolder(cwd, STACK).running();
        if (run?.stores.mongodb === undefined) throw new Error("the local run has no MongoDB to measure");
        const mongodb = await MongoClient.connect(run.stores.mongodb);
        const dynamodb = dynamodbOf(run);
        try {
          const routes = [
            ...(await documentRoutes(url, resource, mongodb)),
            await itemRoute(url, cwd, run, dynamodb),
          ];
          return await figuresOf(routes);
        } finally {
          await mongodb.close();
          dynamodb.destroy();
        }
      },
    );
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

function dynamodbOf({ region, variables }: RunStatus): DynamoDBClient {
  const endpoint = variables.AWS_ENDPOINT_URL_DYNAMODB;
  if (endpoint === undefined) throw new Error("the local run has no DynamoDB to measure");
  return new DynamoDBClient({ region, endpoint, credentials: operatorCredentials });
}

async function documentRoutes(
  url: string,
  resource: { path: string; body: string },
  mongodb: MongoClient,
): Promise<Route[]> {
  const headers = { "content-type": "application/json" };
  const added = await fetch(url + resource.path, { method: "POST", headers, body: resource.body });
  const { id } = (await added.json()) as { id: string };
  const _id = new ObjectId(id);
  const collection = await collectionWith(mongodb, _id);
  const { _id: own, ...document } = (await collection.findOne({ _id })) ?? {};
  return [
    {
      what: "a document read by its id",
      url: `${url}${resource.path}/${id}`,
      alone: () => collection.findOne({ _id }),
    },
    {
      what: "a document added",
      url: url + resource.path,
      body: resource.body,
      alone: () => collection.insertOne({ ...document }),
    },
  ];
}

/** Where the program has put the document, whatever it calls that. */
async function collectionWith(mongodb: MongoClient, _id: ObjectId): Promise<Collection<Document>> {
  const { databases } = await mongodb.db().admin().listDatabases();
  for (const { name } of databases) {
    for (const { collectionName } of await mongodb.db(name).collections()) {
      const collection = mongodb.db(name).collection<Document>(collectionName);
      if (await collection.findOne({ _id })) return collection;
    }
  }
  throw new Error(`no collection has the document ${_id.toHexString()} that was just added`);
}

async function itemRoute(url: string, cwd: string, run: RunStatus, dynamodb: DynamoDBClient): Promise<Route> {
  for (const { physicalName: TableName } of run.stores.tables) {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    const names = (Table?.KeySchema ?? []).map(({ AttributeName = "" }) => AttributeName);
    const route = describedKeyRoute(cwd, names);
    const { Items: [item] = [] } = await dynamodb.send(new ScanCommand({ TableName, Limit: 1 }));
    if (route === undefined || item === undefined) continue;
    const Key = Object.fromEntries(names.map((name) => [name, item[name] ?? { S: "" }]));
    const filled = route.replace(/\{(\w+)\}/g, (_whole, name: string) =>
      encodeURIComponent(item[name]?.S ?? item[name]?.N ?? ""),
    );
    return {
      what: "an item read by its key",
      url: url + filled,
      alone: () => dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true })),
    };
  }
  throw new Error(
    "openapi.json describes no GET of an item by the key of its table: there is nothing to measure",
  );
}

async function figuresOf(routes: readonly Route[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { what, url, body, alone } of routes) {
    await httpLoad({ url, body, connections: MANY, seconds: WARM_UP_SECONDS });
    await storeLoad(alone, MANY, WARM_UP_SECONDS);
    const rounds: { store: Measured; route: Measured }[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push({ store: await store(alone), route: await through({ url, body }) });
    const of = (part: "store" | "route", value: "p50" | "rate") =>
      median(rounds.map((round) => round[part][value]));
    const more = median(rounds.map((round) => round.route.p50 - round.store.p50));
    figures.push(
      { what: `${what}, store alone, p50`, value: of("store", "p50"), unit: "ms" },
      { what: `${what}, one connection, p50`, value: of("route", "p50"), unit: "ms" },
      { what: "more than the store alone", value: more, unit: "ms", limit: MOST_OVER_MS },
      { what: `${what}, store alone, ${MANY} at once`, value: of("store", "rate"), unit: "requests/s" },
      { what: `${what}, ${MANY} connections`, value: of("route", "rate"), unit: "requests/s" },
      {
        what: "answers other than 2xx",
        value: rounds.reduce((sum, { route }) => sum + route.errors, 0),
        unit: "errors",
        limit: 0,
      },
    );
  }
  return figures;
}

async function through(asked: { url: string; body: string | undefined }): Promise<Measured> {
  const one = await httpLoad({ ...asked, connections: 1, seconds: SECONDS });
  const many = await httpLoad({ ...asked, connections: MANY, seconds: SECONDS });
  return { p50: one.p50Milliseconds, rate: many.requestsPerSecond, errors: one.errors + many.errors };
}

async function store(alone: Route["alone"]): Promise<Measured> {
  const one = await storeLoad(alone, 1, SECONDS);
  const many = await storeLoad(alone, MANY, SECONDS);
  return { p50: median(one), rate: Math.round(many.length / SECONDS), errors: 0 };
}

/** Milliseconds of each call. */
async function storeLoad(alone: Route["alone"], atOnce: number, seconds: number): Promise<number[]> {
  const taken: number[] = [];
  const end = performance.now() + seconds * 1_000;
  const lane = async () => {
    while (performance.now() < end) {
      const began = performance.now();
      await alone();
      taken.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return taken;
}
