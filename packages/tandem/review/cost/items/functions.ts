/** AWS Lambda: calls, their duration, and workers kept warm. */

import { plainObject } from "../../../program/reading/value.ts";
import type { RecordedResource } from "../../../program/recording.ts";
import { FUNCTION } from "../../program-view/view.ts";
import { asList } from "../../values/canonical.ts";
import type { Costing } from "../costing.ts";
import type { CpuArchitecture } from "../prices/prices.ts";
import { MB_PER_GB, MILLION, SECONDS } from "../units.ts";

const SERVICE = "AWS Lambda";
/** What Lambda gives a function that asks for nothing. */
const DEFAULT_MB = 128;
const FREE_TMP_MB = 512;
const ARCHITECTURES: CpuArchitecture[] = ["arm64", "x86_64"];

export function meterFunctions({ view, meter, prices, free, assumed, calls }: Costing): void {
  const { lambda: price } = prices;
  const warm = warmWorkers(
    view.ofType("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"),
    view,
  );
  const all = view.ofType(FUNCTION);
  const seconds = (lambda: RecordedResource) =>
    ((calls.get(lambda.urn) ?? 0) * (assumed.durations[lambda.name] ?? assumed.duration)) / 1000;
  const sum = (functions: RecordedResource[], of: (lambda: RecordedResource) => number) =>
    functions.reduce((total, lambda) => total + of(lambda), 0);

  meter.add({
    service: SERVICE,
    item: "calls",
    quantity: sum(all, (lambda) => calls.get(lambda.urn) ?? 0) / MILLION,
    unit: "million",
    price: price.requestsPerMillion,
    free: free.lambdaRequests / MILLION,
  });
  meterTemporaryStorage(all, seconds, meter, price.ephemeralGbSecond);
  let freeSeconds = free.lambdaGbSeconds;
  for (const architecture of ARCHITECTURES) {
    const built = all.filter((lambda) => architectureOf(lambda) === architecture);
    const cold = built.filter((lambda) => !warm.has(lambda.urn));
    const kept = built.filter((lambda) => warm.has(lambda.urn));
    const quantity = sum(cold, (lambda) => seconds(lambda) * gigabytes(lambda));
    meter.add({
      service: SERVICE,
      item: `duration ${architecture}`,
      quantity,
      unit: "GB-s",
      price: price.gbSecond[architecture],
      free: freeSeconds,
    });
    freeSeconds -= Math.min(freeSeconds, quantity);
    // The free tier is not for functions with workers kept warm.
    meter.add({
      service: SERVICE,
      item: `duration on warm workers ${architecture}`,
      quantity: sum(kept, (lambda) => seconds(lambda) * gigabytes(lambda)),
      unit: "GB-s",
      price: price.provisionedDurationGbSecond[architecture],
    });
    meter.add({
      service: SERVICE,
      item: `workers kept warm ${architecture}`,
      quantity: sum(kept, (lambda) => (warm.get(lambda.urn) ?? 0) * gigabytes(lambda)) * SECONDS,
      unit: "GB-s",
      price: price.provisionedGbSecond[architecture],
    });
  }
}

/** `/tmp` beyond what every function has, for as long as it runs. */
function meterTemporaryStorage(
  functions: RecordedResource[],
  seconds: (lambda: RecordedResource) => number,
  meter: Costing["meter"],
  price: number | undefined,
): void {
  for (const lambda of functions) {
    const size = Number(plainObject(lambda.inputs.ephemeralStorage)?.size ?? FREE_TMP_MB);
    const gigabytes = (size - FREE_TMP_MB) / MB_PER_GB;
    if (!(gigabytes > 0)) continue;
    if (price === undefined) {
      meter.unpriced(FUNCTION, lambda.name, "the price list has no price of ephemeral storage");
      continue;
    }
    const quantity = seconds(lambda) * gigabytes;
    meter.add({
      service: SERVICE,
      item: `ephemeral storage of ${lambda.name}`,
      quantity,
      unit: "GB-s",
      price,
    });
  }
}

/** Workers by URN of their function. */
function warmWorkers(configs: RecordedResource[], view: Costing["view"]): Map<string, number> {
  return new Map(
    configs.flatMap((config) => {
      const lambda = view.functionAt(config, "functionName");
      const count = Number(config.inputs.provisionedConcurrentExecutions);
      return lambda === undefined ? [] : [[lambda.urn, count] as const];
    }),
  );
}

function gigabytes({ inputs }: RecordedResource): number {
  return (typeof inputs.memorySize === "number" ? inputs.memorySize : DEFAULT_MB) / MB_PER_GB;
}

function architectureOf({ inputs }: RecordedResource): CpuArchitecture {
  return asList(inputs.architectures)[0] === "arm64" ? "arm64" : "x86_64";
}
