/** `npm run recover -- --stack dev`: brings the state of a stack back in step after a run that was killed. */

import path from "node:path";
import { runPulumi } from "../../operations/pulumi.ts";
import type { GivenIds } from "../../operations/recover/find.ts";
import { recover } from "../../operations/recover/recover.ts";
import { UserError } from "../../shared/user-error.js";
import { asTyped } from "../as-typed.js";
import { common, parseOptions } from "../options.ts";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions("recover", args, {
    stack: common.deployedStack,
    "dry-run": { type: "boolean", does: "Say what would be done and do nothing", default: false },
    yes: { type: "boolean", does: "Do not ask", default: false },
    "state-only": { type: "boolean", does: "Stop before the deployment that follows", default: false },
    found: {
      type: "each",
      does: "One that is there, as it was asked for: <Class>::<name>=<id>",
      default: [],
    },
    absent: { type: "each", does: "One that is not there: <Class>::<name>", default: [] },
    interval: {
      type: "number",
      does: "Seconds between two looks at a cluster that is being made",
      default: 30,
    },
    cwd: common.cwd,
    verbose: common.verbose,
  });
  const { stack, yes } = options;
  const cwd = path.resolve(options.cwd);
  const { deleting } = await recover({
    cwd,
    stack,
    dryRun: options["dry-run"],
    givenIds: readGivenIds(options.found, options.absent),
    interval: options.interval * 1000,
    log: (line) => console.log(asTyped(line)),
  });
  const up = ["up", "--stack", stack, ...(yes ? ["--yes", "--skip-preview"] : [])];
  const preview = ["preview", "--expect-no-changes", "--stack", stack];
  if (options["dry-run"])
    console.log(asTyped(`Then npm run pulumi -- ${up.join(" ")}, and ${preview.join(" ")}.`));
  if (options["dry-run"] || options["state-only"]) return 0;
  if (deleting) {
    console.log(
      asTyped(`Something was being deleted. Go on with what was killed: npm run pulumi -- destroy --stack ${stack},
or npm run pulumi -- up --stack ${stack}.`),
    );
    return 0;
  }
  const deployed = await runPulumi(up, { cwd, shown: true });
  return deployed.status === 0 ? (await runPulumi(preview, { cwd, shown: true })).status : deployed.status;
}

function readGivenIds(found: string[], absent: string[]): GivenIds {
  const ids = found.map((entry): [string, string] => {
    const [, key, id] = /^([A-Z]\w*::.+?)=(.+)$/.exec(entry) ?? [];
    if (key !== undefined && id !== undefined) return [key, id];
    throw new UserError(`--found ${entry}: give it as <Class>::<name>=<id>, as the list above says it`);
  });
  return new Map<string, string | undefined>([
    ...ids,
    ...absent.map((key): [string, undefined] => [key, undefined]),
  ]);
}
