/** Loads a program's sample data the first time it runs here: there is something to show at once. */
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Recording } from "../../program/recording.ts";
import { operatorCredentials } from "../iam/credentials.ts";
import type { LocalContext, Service } from "../service.ts";
import { Checkpoint } from "./checkpoint.ts";
import { loadTable } from "./load-table.ts";
import { ProgressBar } from "./progress.ts";
import type { TableSeed } from "./seed.ts";

/** A program offers its sample data as `export const seeds: TableSeed[]` in this file. */
const seedsFile = "data/seeds.ts";

export class SeedService implements Service {
  readonly name = "seed";

  parity(): undefined {
    return undefined;
  }

  async start(context: LocalContext): Promise<void> {
    const seeds = await seedsOf(context.recording.cwd);
    if (seeds.length === 0) return;
    const client = new DynamoDBClient({
      endpoint: context.addresses.variables().AWS_ENDPOINT_URL_DYNAMODB,
      region: String(context.recording.config["aws:region"]),
      credentials: operatorCredentials,
    });
    try {
      for (const seed of seeds) await seedOnce(seed, client, context);
    } finally {
      client.destroy();
    }
  }

  async stop(): Promise<void> {}
}

async function seedsOf(cwd: string): Promise<TableSeed[]> {
  const file = path.join(cwd, seedsFile);
  if (!existsSync(file)) return [];
  const { seeds } = (await import(pathToFileURL(file).href)) as { seeds: TableSeed[] };
  return seeds;
}

async function seedOnce(seed: TableSeed, client: DynamoDBClient, context: LocalContext): Promise<void> {
  const tableName = tableNameOf(seed, context.recording);
  if (tableName === undefined) return;
  const file = path.join(context.recording.cwd, seed.file);
  const checkpoint = new Checkpoint(path.join(context.dataFolder("seed"), `${seed.table}.json`), file);
  if (checkpoint.everComplete) return;
  const bar = new ProgressBar(`Loading ${seed.file} into ${tableName}`);
  const result = await loadTable({
    client,
    tableName,
    seed,
    file,
    skip: checkpoint.done,
    signal: context.signal,
    onProgress: ({ fraction, written }) => bar.update(fraction, `${written} items`),
  });
  checkpoint.save(result.done, !result.interrupted);
  const rejected = result.rejected.length > 0 ? `, ${result.rejected.length} records rejected` : "";
  bar.finish(`${result.written} items${rejected}`);
  for (const { line, reason } of result.rejected) context.log(`  ${seed.file}:${line} ${reason}`);
}

/** Physical name of the table a seed is for; undefined when the program declares no such table. */
function tableNameOf(seed: TableSeed, { resources }: Recording): string | undefined {
  const table = resources.find(
    ({ type, name }) => type === "aws:dynamodb/table:Table" && name === seed.table,
  );
  return table && String(table.outputs.name);
}
