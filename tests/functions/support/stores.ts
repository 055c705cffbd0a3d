// #region books or movies
/** The embedded stores that functions are tested against: started once in a process of tests, and ended with it. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { POOL_SIZE } from "../../../packages/components/connection-budget.ts";
import { shareWithOtherFiles } from "../../../packages/tandem/cli/tests/nothing-left.ts";
import { startMongo } from "../../../packages/tandem/local/mongodb/server.ts";

export interface Stores {
  dynamo: { host: string; port: number };
  mongo: { host: string; port: number };
  /** Variables of a function that is linked to everything. */
  environment: Record<string, string>;
  client: DynamoDBClient;
}

let stores: Promise<Stores> | undefined;

export const startStores = (): Promise<Stores> => {
  stores ??= start();
  return stores;
};

async function start(): Promise<Stores> {
  const dynamo = await startDynamo();
  const mongo = await startMongoServer();
  const environment = environmentFor({
    dynamo: `127.0.0.1:${dynamo.port}`,
    mongo: `127.0.0.1:${mongo.port}`,
  });
  const client = clientFor(environment);
  await createTables(client);
  shareWithOtherFiles([dynamo.port, mongo.port]);
  return { dynamo, mongo, environment, client };
}

export function environmentFor(address: { dynamo: string; mongo: string }): Record<string, string> {
  return {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "ASIALOCALTEST0000000",
    AWS_SECRET_ACCESS_KEY: "secret-of-the-tests",
    AWS_ENDPOINT_URL_DYNAMODB: `http://${address.dynamo}`,
    MOVIES_TABLE: "movies",
    IDEMPOTENCY_TABLE: "idempotency",
    REPORTS_TABLE: "reports",
    IMPORTS_BUCKET: "imports",
    BOOKS_MONGODB_URI: `mongodb://${address.mongo}/books?maxPoolSize=${POOL_SIZE}`,
    POWERTOOLS_SERVICE_NAME: "tandem",
    POWERTOOLS_METRICS_NAMESPACE: "tandem",
    POWERTOOLS_LOG_LEVEL: "INFO",
  };
}

export function clientFor(environment: Record<string, string>): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: environment.AWS_ENDPOINT_URL_DYNAMODB ?? "",
    region: environment.AWS_REGION ?? "",
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? "",
    },
  });
}

async function startDynamo(): Promise<{ host: string; port: number }> {
  const server: Server = dynalite({ createTableMs: 0, deleteTableMs: 0 }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

async function startMongoServer(): Promise<{ host: string; port: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-mongo-"));
  const server = await startMongo({ folder, log: () => {}, environment: process.env });
  // Not after a file of tests: handlers of the next one in this process were loaded with this address. The server ends
  // by itself when this process does.
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const { hostname, port } = new URL(server.uri);
  return { host: hostname, port: Number(port) };
}

async function createTables(client: DynamoDBClient): Promise<void> {
  const table = (TableName: string, ...keys: [string, "N" | "S"][]): CreateTableCommandInput => ({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: keys.map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: keys.map(([AttributeName], index) => ({
      AttributeName,
      KeyType: index === 0 ? "HASH" : "RANGE",
    })),
  });
  const tables = [
    table("movies", ["year", "N"], ["title", "S"]),
    table("idempotency", ["key", "S"]),
    table("reports", ["year", "N"]),
  ];
  for (const input of tables) {
    await client.send(new CreateTableCommand(input));
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName: input.TableName });
  }
}
