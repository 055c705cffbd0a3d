/** `npm run bench`: measures what the docs promise, as Markdown tables. Nothing here is a test: machines differ. */

import { cpus, totalmem } from "node:os";
import { measureAgainstBare } from "../../bench/against-bare.ts";
import { measureConsole } from "../../bench/console.ts";
import { type Figure, figureRows, reached } from "../../bench/figures.ts";
import { measureFunctions } from "../../bench/functions.ts";
import { measureGateway } from "../../bench/gateway.ts";
import { measureManyFunctions } from "../../bench/many-functions.ts";
import { measureKills, measureOutages } from "../../bench/outages.ts";
import { measurePage } from "../../bench/page-load.ts";
import { measurePeers } from "../../bench/peers.ts";
import { measureRecording } from "../../bench/record.ts";
import { measureReview } from "../../bench/review.ts";
import { measureSoak } from "../../bench/soak.ts";
import { measureStart } from "../../bench/start.ts";
import { measureStores } from "../../bench/stores.ts";
import { measureWatchedLoad } from "../../bench/watched-load.ts";
import { measureWorkers } from "../../bench/workers.ts";
import { UserError } from "../../shared/user-error.js";
import { common, explainedBy, parseOptions } from "../options.ts";

const parts: Record<string, () => Promise<Figure[]>> = {
  start: measureStart,
  bare: measureAgainstBare,
  load: measureManyFunctions,
  stores: measureStores,
  recording: recordingFigures,
  functions: measureFunctions,
  workers: measureWorkers,
  gateway: gatewayFigures,
  console: measureConsole,
  review: measureReview,
};

export async function main(args: string[]): Promise<number> {
  const options = parseOptions("bench", args, {
    only: { type: "list", does: "What to measure", default: Object.keys(parts) },
    peers: { type: "boolean", does: "Measure other tools beside it", default: false },
    soak: { type: "number", does: "Minutes of requests without a pause" },
    watched: { type: "number", does: "Minutes at full load with somebody who looks at the console" },
    outages: { type: "number", does: "How often MongoDB is taken away" },
    kills: { type: "number", does: "How often the run is killed" },
    verbose: common.verbose,
  });
  const { soak: minutes, watched, outages, kills } = options;
  const all: typeof parts = {
    ...parts,
    page: measurePage,
    peers: measurePeers,
    soak: () => measureSoak({ minutes: minutes ?? 30 }),
    watched: () => measureWatchedLoad({ minutes: watched ?? 60 }),
    outages: () => measureOutages(outages ?? 50),
    kills: () => measureKills(kills ?? 20),
  };
  const asked = { peers: options.peers || undefined, soak: minutes, watched, outages, kills };
  const more = Object.entries(asked).flatMap(([part, value]) => (value === undefined ? [] : [part]));
  const chosen = new Set([...options.only, ...more]);
  const unknown = [...chosen].filter((part) => !(part in all));
  if (unknown.length > 0)
    throw new UserError(`There is nothing to measure called ${unknown.join(", ")}.\n${explainedBy("bench")}`);
  console.log(
    `Node ${process.versions.node}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB.`,
  );
  const missed: Figure[] = [];
  for (const part of chosen) {
    const figures = (await all[part]?.()) ?? [];
    console.log(`\n## ${part}\n\n| what | measured | wanted | reached |\n| --- | ---: | ---: | --- |`);
    console.log(figureRows(figures).join("\n"));
    missed.push(...figures.filter((figure) => !reached(figure)));
  }
  console.log(missed.length === 0 ? "\nAll that is wanted is reached." : `\n${missed.length} not reached.`);
  return 0;
}

async function recordingFigures(): Promise<Figure[]> {
  const { milliseconds, resources } = await measureRecording();
  return Object.entries(milliseconds).map(([what, value]) => ({
    what: `recording ${what} (${resources[what]} resources), no bundling`,
    value,
    unit: "ms",
    ...(what === "this program, dev" ? { limit: 300 } : {}),
  }));
}

async function gatewayFigures(): Promise<Figure[]> {
  const { cpuMicroseconds, requestsPerSecond } = await measureGateway();
  return [
    { what: "gateway alone, CPU time a request", value: cpuMicroseconds, unit: "µs" },
    { what: "gateway alone, 16 connections", value: requestsPerSecond, unit: "requests/s" },
  ];
}
