/** Every check of the doctor, in the order in which they are told. */
import { findAwsIdentity } from "./aws-identity.ts";
import { type Check, type Finding, here, missing, type Section } from "./check.ts";
import { findAtlas, findBackend, findPulumi } from "./deployment.ts";
import { type Environment, versionOf } from "./environment.ts";
import { installCommand } from "./install-commands.ts";
import { findMongodb, findNode, findNpm, findProgram, findState } from "./local-run.ts";
import { checkConfig } from "./stack-config.ts";

export interface Examination {
  /** Stack of the local run. */
  stack: string;
  /** Stacks whose deployment is looked at. */
  deployed: string[];
  /** Asks AWS instead of trusting what is written down. */
  askAws?: (() => Promise<Finding>) | undefined;
}

export async function examine(
  environment: Environment,
  { stack, deployed, askAws }: Examination,
): Promise<Check[]> {
  const identity = findAwsIdentity(environment);
  return [
    named("local run", "Node", findNode()),
    named("local run", "npm", await findNpm(environment)),
    named("local run", "MongoDB", await findMongodb(environment)),
    named("local run", "program", await findProgram(environment, stack)),
    named("local run", "data", await findState(environment, stack)),
    named("tests", "Git", await findGit(environment)),
    named("deployment", "Pulumi CLI", await findPulumi(environment)),
    named("deployment", "Pulumi state", findBackend(environment)),
    named("deployment", "AWS identity", askAws && identity.here ? await askAws() : identity),
    named("deployment", "Atlas keys", findAtlas(environment)),
    ...deployed.flatMap((name) => checkConfig(environment.cwd, name)),
  ];
}

/** Tests of the review compare revisions of repositories that they make. */
async function findGit({ environment }: Environment): Promise<Finding> {
  const version = await versionOf("git", ["--version"], environment);
  return version === undefined ? missing("not on the PATH", installCommand("git")) : here(version);
}

function named(section: Section, name: string, finding: Finding): Check {
  return { section, name, ...finding };
}
