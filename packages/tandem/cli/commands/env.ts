/** `npm run env`: what any tool needs to reach the stores of the local run, as a shell or a program reads it. */

import { operatorCredentials } from "../../local/iam/credentials.ts";
import type { RunStatus } from "../../local/state-folder.ts";
import { asTyped } from "../as-typed.js";
import { common, parseOptions } from "../options.ts";
import { runThatIsUp, sameProgram } from "../run-that-is-up.ts";

/** Of a shell's own, these would be asked before the keys of the run, or turn its addresses off. */
const IN_THE_WAY = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"];

export async function main(args: string[]): Promise<number> {
  const options = parseOptions("env", args, {
    stack: common.stackOfRun,
    cwd: common.cwd,
    json: { ...common.json, does: "Print them as JSON, for what is no POSIX shell" },
    verbose: common.verbose,
  });
  const run = await runThatIsUp(options);
  const variables = variablesOf(run);
  const program = { cwd: options.cwd, stack: run.stack };
  console.log(options.json ? JSON.stringify(variables, null, 2) : shellText(variables, program));
  return 0;
}

function variablesOf({ region, variables, stores }: RunStatus): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: operatorCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operatorCredentials.secretAccessKey,
    // None, which SDKs take from an empty one too; dynamodb-admin makes one up where there is no variable.
    AWS_SESSION_TOKEN: "",
    ...variables,
    // dynamodb-admin reads this one alone.
    ...(variables.AWS_ENDPOINT_URL_DYNAMODB === undefined
      ? {}
      : { DYNAMO_ENDPOINT: variables.AWS_ENDPOINT_URL_DYNAMODB }),
    // Not MONGODB_URI: a start from the same shell would take it for a server of one's own.
    ...(stores.mongodb === undefined ? {} : { MONGO_URL: stores.mongodb }),
  };
}

function shellText(variables: Record<string, string>, program: { cwd: string; stack: string }): string {
  return [
    asTyped(
      `# The local run of stack ${program.stack}, for this shell: eval "$(npm run -s env${sameProgram(program)})"`,
    ),
    "# All is allowed with these keys; they open nothing but stores on this machine.",
    `unset ${IN_THE_WAY.join(" ")}`,
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`),
  ].join("\n");
}

/** For a POSIX shell, whatever stands in it. */
function quoted(value: string): string {
  return /^[\w./:@%+,=-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
