/** `npm run cost`: what a month of a stack costs, from its recorded program. */

import path from "node:path";
import { recordProgram } from "../../program/record-program.ts";
import { stackToJudge } from "../../program/stack-files.ts";
import { compareWithServers } from "../../review/cost/always-on.ts";
import { type AssumptionName, assumed, assumptions } from "../../review/cost/assumptions.ts";
import { estimate } from "../../review/cost/estimate.ts";
import { freeTier, noFreeTier } from "../../review/cost/prices/prices.ts";
import { drivers, renderEstimate } from "../../review/cost/render.ts";
import { UserError } from "../../shared/user-error.js";
import { asTyped } from "../as-typed.js";
import { common, explainedBy, parseOptions } from "../options.ts";

export async function main(args: string[], record = recordProgram): Promise<number> {
  const options = parseOptions("cost", args, {
    ...assumptionOptions(),
    stack: common.stackToJudge,
    durations: {
      type: "string",
      does: "Milliseconds of single functions, e.g. importOrders=5000",
      default: "",
    },
    "no-free-tier": { type: "boolean", does: "Leave out what AWS gives for nothing", default: false },
    json: common.json,
    cwd: common.cwd,
    verbose: common.verbose,
  });
  const cwd = path.resolve(options.cwd);
  const recording = await record({ cwd, stack: options.stack ?? stackToJudge(cwd) });
  const names = recording.resources
    .filter(({ type }) => type === "aws:lambda/function:Function")
    .map(({ name }) => name);
  const load = assumed({ ...numbers(options), durations: parseDurations(options.durations, names) });
  const free = options["no-free-tier"] ? noFreeTier : freeTier;
  const bill = estimate(recording, load, free);
  const servers = compareWithServers(recording, load, free);
  const text = options.json
    ? JSON.stringify({ ...bill, drivers: drivers(bill), alwaysOn: servers, assumed: load }, null, 2)
    : asTyped(renderEstimate({ bill, assumed: load, servers }));
  console.log(text);
  return 0;
}

type AssumptionOptions = Record<AssumptionName, { type: "number"; does: string; default: number }>;

function assumptionOptions(): AssumptionOptions {
  return Object.fromEntries(
    Object.entries(assumptions).map(([name, { default: value, meaning }]) => [
      name,
      { type: "number", does: `Assumption: ${meaning}`, default: value },
    ]),
  ) as AssumptionOptions;
}

function numbers(options: Record<AssumptionName, number>): Record<AssumptionName, number> {
  return Object.fromEntries(
    Object.keys(assumptions).map((name) => [name, options[name as AssumptionName]]),
  ) as Record<AssumptionName, number>;
}

function parseDurations(text: string, functions: readonly string[]): Record<string, number> {
  const pairs = text.split(",").filter((part) => part !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name = "", milliseconds] = /^([^=]+)=(\d+(?:\.\d+)?)$/.exec(pair) ?? [];
      if (milliseconds === undefined || !functions.includes(name)) {
        throw new UserError(
          `--durations ${JSON.stringify(pair)}: <function>=<milliseconds> is wanted, functions: ${functions.join(", ")}.\n${explainedBy("cost")}`,
        );
      }
      return [name, Number(milliseconds)] as const;
    }),
  );
}
