/** Everything about a deployment that can be found out before it, in the order in which it would go wrong. */

import { checkConfig } from "../../local/doctor/stack-config.ts";
import { check } from "../../policies/check.ts";
import { reportOf } from "../../policies/report.ts";
import { type Waiver, waiversOf } from "../../policies/waivers.ts";
import { recordProgram } from "../../program/record-program.ts";
import type { Recording } from "../../program/recording.ts";
import { assumed } from "../../review/cost/assumptions.ts";
import { estimateWherePriced } from "../../review/cost/estimate.ts";
import { freeTier } from "../../review/cost/prices/prices.ts";
import { dollars } from "../../review/cost/units.ts";
import { projectFileOf } from "../../shared/own-project.ts";
import { UserError } from "../../shared/user-error.js";
import { deployForPractice, type Step } from "./engine-run.ts";
import { onlyAnAccountKnows } from "./only-an-account.ts";
import { usesOf } from "./quotas.ts";

export interface Rehearsal {
  steps: Step[];
  /** What is left for the account. */
  open: string[];
}

/**
 * @throws UserError where the folder holds no project
 * @param onStep told of each step when it is done
 * @param onWait told before a step that takes minutes
 */
export async function rehearse(
  cwd: string,
  stack: string,
  { engine, onStep, onWait }: { engine: boolean; onStep(step: Step): void; onWait(what: string): void },
): Promise<Rehearsal> {
  const steps: Step[] = [];
  const add = (step: Step) => {
    steps.push(step);
    onStep(step);
  };
  projectFileOf(cwd);
  add(configStep(cwd, stack));
  const { recording, step } = await record(cwd, stack);
  add(step);
  if (recording === undefined) return { steps, open: [] };
  add(quotaStep(recording));
  add(policyStep(recording, await waiversOf(cwd)));
  if (engine) add(await deployForPractice(cwd, stack, onWait));
  add(costStep(recording));
  return { steps, open: onlyAnAccountKnows(recording) };
}

function configStep(cwd: string, stack: string): Step {
  const checks = checkConfig(cwd, stack);
  const wrong = checks.filter(({ here }) => !here);
  const lines = checks.map(({ found, mend }) =>
    mend === undefined ? found : `${found.replace(/\.$/, "")}: ${mend}`,
  );
  return { name: "configuration", state: wrong.length === 0 ? "right" : "wrong", lines };
}

/** The program refuses names that a service does not take, contradictions, and code that does not load. */
async function record(cwd: string, stack: string): Promise<{ step: Step; recording?: Recording }> {
  const name = "program and names";
  try {
    const recording = await recordProgram({ cwd, stack });
    const { resources, diagnostics } = recording;
    const messages = diagnostics.map(({ message }) => message);
    const lines = [`${resources.length} resources, each name as its service takes it`, ...messages];
    return { step: { name, state: "right", lines }, recording };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { step: { name, state: "wrong", lines: [error.message] } };
  }
}

function quotaStep(recording: Recording): Step {
  const uses = usesOf(recording);
  const over = uses.filter(({ used, limit }) => used > limit);
  if (over.length === 0) {
    const nearest = [...uses].sort((a, b) => b.used / b.limit - a.used / a.limit)[0];
    const lines = [
      `${uses.length} looked at; nearest: ${nearest?.what}, ${nearest?.used} of ${nearest?.limit}`,
    ];
    return { name: "quotas", state: "right", lines };
  }
  const lines = over.map(
    ({ what, used, limit, source }) => `${what}: ${used}, and ${limit} is the most (${source})`,
  );
  return { name: "quotas", state: "wrong", lines };
}

function policyStep(recording: Recording, waivers: Waiver[]): Step {
  const verdict = check(recording, { waivers });
  const right = verdict.violations.length + verdict.waiverMistakes.length === 0;
  const lines = reportOf(recording.stack, verdict).split("\n");
  return { name: "policies", state: right ? "right" : "wrong", lines: right ? lines.slice(-1) : lines };
}

function costStep(recording: Recording): Step {
  const bill = estimateWherePriced(recording, assumed(), freeTier);
  if ("unknown" in bill) return { name: "cost", state: "open", lines: [bill.unknown] };
  const { total, pricesOf, unpriced, stack } = bill;
  const least = unpriced.length > 0 ? "at least " : "";
  const lines = [
    `${least}${dollars(total)} a month (prices of ${pricesOf}); npm run cost -- --stack ${stack} has the bill`,
  ];
  return { name: "cost", state: "right", lines };
}
