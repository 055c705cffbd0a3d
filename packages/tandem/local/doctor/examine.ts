/** Every check of the doctor, in the order in which they are told. */
import { readdirSync } from "node:fs";
import { findAwsIdentity } from "./aws-identity.ts";
import { type Check, type Finding, here, missing, type Section } from "./check.ts";
import { findAtlas, findBackend, findPulumi } from "./deployment.ts";
import { installCommand } from "./install-commands.ts";
import { findMongodb, findNode, findNpm, findProgram, findState } from "./local-run.ts";
import { checkConfig } from "./stack-config.ts";
import { type Surroundings, versionOf } from "./surroundings.ts";

export interface Examination {
  /** Stack of the local run. */
  stack: string;
  /** Stacks whose deployment is looked at. */
  deployed: string[];
  /** Asks AWS instead of trusting what is written down. */
  askAws?: (() => Promise<Finding>) | undefined;
}

export async function examine(
  surroundings: Surroundings,
  { stack, deployed, askAws }: Examination,
): Promise<Check[]> {
  const identity = findAwsIdentity(surroundings);
  return [
    named("local run", "Node", findNode()),
    named("local run", "npm", await findNpm(surroundings)),
    named("local run", "MongoDB", await findMongodb(surroundings)),
    named("local run", "program", await findProgram(surroundings, stack)),
    named("local run", "data", await findState(surroundings, stack)),
    named("tests", "Git", await findGit(surroundings)),
    named("deployment", "Pulumi CLI", await findPulumi(surroundings)),
    named("deployment", "Pulumi state", findBackend(surroundings)),
    named("deployment", "AWS identity", askAws && identity.here ? await askAws() : identity),
    named("deployment", "Atlas keys", findAtlas(surroundings)),
    ...deployed.flatMap((name) => checkConfig(surroundings.cwd, name)),
  ];
}

export function stacksIn(cwd: string): string[] {
  return readdirSync(cwd)
    .flatMap((file) => /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1] ?? [])
    .sort();
}

/** Tests of the review compare revisions of repositories that they make. */
async function findGit({ environment }: Surroundings): Promise<Finding> {
  const version = await versionOf("git", ["--version"], environment);
  return version === undefined ? missing("not on the PATH", installCommand("git")) : here(version);
}

function named(section: Section, name: string, finding: Finding): Check {
  return { section, name, ...finding };
}
