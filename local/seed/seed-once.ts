/** Loads a program's sample data the first time it runs here: there is something to show at once. */
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { LocalRun } from "../run.ts";
import { Checkpoint } from "./checkpoint.ts";
import { loadTable } from "./load-table.ts";
import { ProgressBar } from "./progress.ts";
import type { TableSeed } from "./seed.ts";

/** A program offers its sample data as `export const seeds: TableSeed[]` in this file. */
const seedsFile = "data/seeds.ts";

export async function seedOnce(run: LocalRun): Promise<void> {
  const file = path.join(run.options.cwd, seedsFile);
  if (!existsSync(file)) return;
  const { seeds } = (await import(pathToFileURL(file).href)) as { seeds: TableSeed[] };
  const client = new DynamoDBClient(run.clientSettings("DYNAMODB"));
  try {
    for (const seed of seeds) await seedTable(run, client, seed);
  } finally {
    client.destroy();
  }
}

async function seedTable(run: LocalRun, client: DynamoDBClient, seed: TableSeed): Promise<void> {
  const table = run.recording.resources.find(
    ({ type, name }) => type === "aws:dynamodb/table:Table" && name === seed.table,
  );
  if (!table) return;
  const file = path.join(run.options.cwd, seed.file);
  const checkpoint = new Checkpoint(path.join(run.context.dataFolder("seed"), `${seed.table}.json`), file);
  if (checkpoint.everComplete) return;
  const tableName = String(table.outputs.name);
  const bar = new ProgressBar(`Loading ${seed.file} into ${tableName}`);
  const result = await loadTable({
    client,
    tableName,
    seed,
    file,
    skip: checkpoint.done,
    signal: run.context.signal,
    onProgress: ({ fraction, written }) => bar.update(fraction, `${written} items`),
  });
  checkpoint.save(result.done, !result.interrupted);
  const rejected = result.rejected.length > 0 ? `, ${result.rejected.length} records rejected` : "";
  bar.finish(`${result.written} items${rejected}`);
  for (const { line, reason } of result.rejected) run.options.log(`  ${seed.file}:${line} ${reason}`);
}
