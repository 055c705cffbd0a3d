/** The run as a whole: what the program is, what becomes of it here, and how it goes. */
import { countByState, groupByType, type ParityGroup } from "../local/parity.ts";
import type { LocalRun } from "../local/run.ts";
import type { ServedAddress } from "../local/served-address.ts";
import { regionOf } from "../program/reading/region.ts";
import type { FunctionSummary } from "./functions.ts";
import { ProgramActivity } from "./program-activity.ts";
import type { Recorder } from "./recorder.ts";

export interface HomeSummary {
  project: string;
  stack: string;
  region: string;
  apis: ServedAddress[];
  databases: { name: string; where: string }[];
  counts: Recorder["counts"];
  /** Of functions, in the last hour. */
  calls: number;
  /** Functions that failed in the last hour. */
  failing: { name: string; logicalName: string; errors: number }[];
  resources: { realised: number; recordedOnly: number; unsupported: number };
  /** What is not realised, by type. */
  left: ParityGroup[];
}

export function homeOf(
  run: LocalRun,
  recorder: Recorder,
  functions: readonly FunctionSummary[],
): HomeSummary {
  const { recording, parity } = run;
  const states = countByState(parity);
  return {
    project: recording.project,
    stack: recording.stack,
    region: regionOf(recording),
    apis: run.services.addresses(),
    databases: [...run.facts().databases],
    counts: recorder.counts,
    calls: functions.reduce((sum, { numbers }) => sum + numbers.invocations, 0),
    failing: functions
      .filter(({ numbers }) => numbers.errors > 0)
      .map(({ name, logicalName, numbers }) => ({ name, logicalName, errors: numbers.errors })),
    resources: {
      realised: states.realised,
      recordedOnly: states["recorded only"],
      unsupported: states.unsupported,
    },
    left: groupByType(parity).filter(({ state }) => state !== "realised"),
  };
}

/** `architecture-light.svg` and the like, with how routes, functions and stores did; undefined where there is none of that name. */
export async function pictureOf(
  run: LocalRun,
  recorder: Recorder,
  name: string,
): Promise<string | undefined> {
  // Loaded when somebody looks: it brings the reading of a whole review.
  const { picturesOf } = await import("../review/graph/pictures.ts");
  const { recording } = run;
  return picturesOf(recording, new ProgramActivity(recording, recorder.metrics)).get(name);
}

export interface CostSummary {
  region: string;
  /** Dollars a month; absent where no prices of the region are known. */
  total?: number;
  /** What of the list price the free tier takes off. */
  freeTier?: number;
  /** Of which date the prices are. */
  pricesOf?: string;
  services: { service: string; cost: number }[];
  /** How many kinds of resources have no price. */
  unpriced: number;
  /** By what load it is reckoned. */
  assumed: string[];
  unknown?: string;
}

export async function costOf({ recording }: LocalRun): Promise<CostSummary> {
  const [{ estimateWherePriced }, { assumed, assumptions }, { freeTier }, { isUnknown }] = await Promise.all([
    import("../review/cost/estimate.ts"),
    import("../review/cost/assumptions.ts"),
    import("../review/cost/prices/prices.ts"),
    import("../review/cost/bill.ts"),
  ]);
  const bill = estimateWherePriced(recording, assumed(), freeTier);
  const { region } = bill;
  if (isUnknown(bill)) return { region, services: [], unpriced: 0, assumed: [], unknown: bill.unknown };
  const services = new Map<string, number>();
  for (const { service, cost } of bill.lines) services.set(service, (services.get(service) ?? 0) + cost);
  return {
    region,
    total: bill.total,
    freeTier: bill.freeTier,
    pricesOf: bill.pricesOf,
    services: [...services]
      .map(([service, cost]) => ({ service, cost }))
      .filter(({ cost }) => cost >= 0.005)
      .sort((a, b) => b.cost - a.cost),
    unpriced: bill.unpriced.length,
    assumed: Object.values(assumptions).map(
      ({ default: value, meaning }) => `${value.toLocaleString("en-US")} ${meaning}`,
    ),
  };
}

export interface ChangesSummary {
  revision: string;
  commit: string;
  /** In one sentence. */
  summary: string;
  /** What of it is dangerous. */
  dangers: string[];
  /** What a reader must know, and why there is nothing to compare. */
  notes: string[];
}

/** What the files would change of what the revision declares. Takes seconds: both programs are recorded. */
export async function changesOf(
  { options: { cwd, stack } }: LocalRun,
  revision: string,
): Promise<ChangesSummary> {
  const [{ compareRevisions }, { summaryText, failureText }] = await Promise.all([
    import("../review/revision/compare-revisions.ts"),
    import("../review/report/report.ts"),
  ]);
  const report = await compareRevisions({ cwd, base: revision, stack, log: () => {} });
  const [diff] = report.diffs;
  return {
    revision,
    commit: report.base.commit.slice(0, 7),
    summary: diff ? summaryText(diff) : "",
    dangers: diff ? diff.danger.map(({ message }) => message) : [],
    notes: [
      ...report.notes,
      ...report.failures.map((failure) => `${failureText(report, failure)}: ${failure.reason}`),
    ],
  };
}
