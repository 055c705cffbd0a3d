/**
 * What the program has declared so far. Monitoring, tracing and outputs are about all of a kind, and a list kept by hand
 * would leave out what was added last.
 */
import * as pulumi from "@pulumi/pulumi";
import type { AsynchronousCalls } from "./asynchronous-calls.ts";
import type { AtlasDatabase } from "./atlas-database.ts";
import type { Bucket } from "./bucket.ts";
import type { DynamoTable } from "./dynamo-table.ts";
import type { HttpApi } from "./http-api.ts";
import type { LambdaFunction } from "./lambda-function.ts";
import { Mistake } from "./mistake.ts";
import type { Queue } from "./queue.ts";

interface Kinds {
  functions: LambdaFunction;
  apis: HttpApi;
  tables: DynamoTable;
  buckets: Bucket;
  queues: Queue;
  databases: AtlasDatabase;
  asynchronousCalls: AsynchronousCalls;
}

type Kind = keyof Kinds;

interface Declared {
  components: { [K in Kind]?: Kinds[K][] };
  /** Who has asked for all of a kind. */
  readers: { [K in Kind]?: string };
}

/** By stack: tests run many programs in one process. */
const programs = new WeakMap<object, Declared>();
const outsideAnyStack = {};

function program(): Declared {
  const stack = pulumi.runtime.getStackResource() ?? outsideAnyStack;
  const known = programs.get(stack) ?? { components: {}, readers: {} };
  programs.set(stack, known);
  return known;
}

/** To be called by the component itself. @throws {Mistake} where somebody has asked for all of its kind already */
export function declared<K extends Kind>(kind: K, name: string, component: Kinds[K]): void {
  const { components, readers } = program();
  const reader = readers[kind];
  if (reader !== undefined) {
    throw new Mistake(
      `"${name}" is declared after ${reader}, which is about all ${kind} and would not see it; declare it before`,
    );
  }
  Object.assign(components, { [kind]: [...(components[kind] ?? []), component] });
}

/** What stands before, for a component that has to know: the kind stays open. */
export function soFar<K extends Kind>(kind: K): Kinds[K][] {
  return program().components[kind] ?? [];
}

/**
 * In the order in which they were declared.
 * @param reader who asks, as it is called in an error message
 */
export function every<K extends Kind>(kind: K, reader: string): Kinds[K][] {
  const { components, readers } = program();
  readers[kind] ??= reader;
  return components[kind] ?? [];
}

/** Outputs: what clouds call the things of this program, by the name that the program gives them. */
export function everyName() {
  const all = <K extends Kind>(kind: K) => every(kind, `the output ${kind}`);
  return {
    functions: Object.fromEntries(all("functions").map(({ name, functionName }) => [name, functionName])),
    tables: Object.fromEntries(all("tables").map(({ name, tableName }) => [name, tableName])),
    buckets: Object.fromEntries(all("buckets").map(({ name, bucketName }) => [name, bucketName])),
    queues: Object.fromEntries(all("queues").map(({ name, queueUrl }) => [name, queueUrl])),
    databases: Object.fromEntries(all("databases").map(({ databaseName }) => [databaseName, databaseName])),
  };
}
