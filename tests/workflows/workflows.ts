/** The workflows as GitHub reads them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";

export const root = path.resolve(import.meta.dirname, "../..");
const folder = path.join(root, ".github/workflows");

export interface Step {
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

export interface Job {
  if?: string;
  uses?: string;
  needs?: string | string[];
  with?: Record<string, string>;
  environment?: string;
  permissions?: Record<string, string>;
  concurrency?: { group: string; "cancel-in-progress": boolean | string };
  env?: Record<string, string>;
  steps?: Step[];
  secrets?: string;
  "timeout-minutes"?: number;
}

export interface Workflow {
  on: Record<string, unknown>;
  permissions?: Record<string, string>;
  env?: Record<string, string>;
  jobs: Record<string, Job>;
}

export interface NamedJob extends Job {
  /** `deploy/dev` */
  name: string;
  workflow: Workflow;
}

export const files = readdirSync(folder).map((name) => path.join(folder, name));

export const workflows: Record<string, Workflow> = Object.fromEntries(
  files.map((file) => [path.basename(file, ".yml"), parse(readFileSync(file, "utf8")) as Workflow]),
);

export const jobs: NamedJob[] = Object.entries(workflows).flatMap(([name, workflow]) =>
  Object.entries(workflow.jobs).map(([job, body]) => ({ ...body, name: `${name}/${job}`, workflow })),
);

export function jobNamed(name: string): NamedJob {
  const job = jobs.find((one) => one.name === name);
  if (job === undefined)
    throw new Error(`There is no job ${name}; there are: ${jobs.map((one) => one.name).join(", ")}`);
  return job;
}

/** Every step of the workflows, and of the actions of this repository. */
export function allSteps(): Step[] {
  const actions = readdirSync(path.join(root, ".github/actions")).map(
    (name) =>
      parse(readFileSync(path.join(root, ".github/actions", name, "action.yml"), "utf8")) as {
        runs: { steps: Step[] };
      },
  );
  return [...jobs.flatMap(({ steps = [] }) => steps), ...actions.flatMap(({ runs }) => runs.steps)];
}

export function scripts({ steps = [] }: Job): string {
  return steps.map(({ run = "" }) => run).join("\n");
}

/** What GitHub puts into a workflow when it runs. */
export function expression(text: string): string {
  return `\${{ ${text} }}`;
}
