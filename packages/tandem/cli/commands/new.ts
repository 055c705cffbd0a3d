/** `npm run new`: a function, table, queue or schedule for this program, or a whole new service from it. */

import path from "node:path";
import { planBucket } from "../../scaffold/bucket.ts";
import { collectionLines, planCollection } from "../../scaffold/collection.ts";
import { bucket } from "../../scaffold/declarations.ts";
import { functionLines, planFunction } from "../../scaffold/function.ts";
import { type Added, stateOfLocalRun } from "../../scaffold/local-run.ts";
import { capital, singular } from "../../scaffold/names.ts";
import type { FilePlan } from "../../scaffold/plan.ts";
import { NotUnderstood, ProgramFile } from "../../scaffold/program-file.ts";
import { planQueue, queueLines } from "../../scaffold/queue.ts";
import { planSchedule, scheduleLines } from "../../scaffold/schedule.ts";
import { newService } from "../../scaffold/service.ts";
import { planTable, tableLines } from "../../scaffold/table.ts";
import { ownProject } from "../../shared/own-project.ts";
import { UserError } from "../../shared/user-error.js";
import { scriptsOfService } from "../all-commands.ts";
import { carryOut } from "../carry-out.ts";
import { common, explainedBy, parseOptions } from "../options.ts";

type Options = ReturnType<typeof readOptions>;

const readOptions = (args: string[]) =>
  parseOptions(
    "new",
    args,
    {
      link: { type: "list", does: "What the function may reach, e.g. orders.read", default: [] },
      key: { type: "string", does: "Partition key of the table and its type", default: "id:S" },
      "sort-key": { type: "string", does: "Sort key of the table and its type, e.g. date:S" },
      name: { type: "string", does: "Name of the service; its folder's name where it is left out" },
      region: { type: "string", does: "Region of the service" },
      config: { type: "list", does: "Config of the service, e.g. logLevel=DEBUG", default: [] },
      empty: {
        type: "boolean",
        does: "A service without the examples: hello and openapi alone",
        default: false,
      },
      template: {
        type: "boolean",
        does: "A service without a name, for `pulumi new` to copy and to name",
        default: false,
      },
      verbose: common.verbose,
    },
    4,
  );

export async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  const [kind, ...words] = options.positionals;
  const root = ownProject();
  if (kind === "service") {
    const [folder] = wanted(words, 1);
    const request = { ...options, commands: scriptsOfService(), settings: options.config };
    console.log(await newService(root, path.resolve(folder), request));
    return 0;
  }
  const addition = additionOf(root, options);
  const files = plan(root, addition);
  const describesApi = files.some(({ file }) => file.endsWith("operations.ts"));
  await carryOut(root, files, describesApi);
  console.log(`\n${await stateOfLocalRun(root, addition.added)}`);
  console.log("`npm test` checks it; `npm run diff` shows what it adds to the cloud.");
  return 0;
}

/** @param args of any kind but a service */
export const planNew = (root: string, args: string[]): FilePlan[] =>
  plan(root, additionOf(root, readOptions(args)));

/** Decides everything. An index.ts that is built differently stays untouched. */
function plan(root: string, { files, byHand }: Addition): FilePlan[] {
  try {
    return files(new ProgramFile(root));
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    throw new UserError(
      `index.ts has no ${error.message.replace(/^(a|the|exactly one) /, "")} that could be added to; nothing was written. Add by hand:\n\n${byHand()}`,
    );
  }
}

interface Addition {
  added: Added;
  files: (program: ProgramFile) => FilePlan[];
  /** Lines of index.ts, for a person. */
  byHand: () => string;
}

function additionOf(root: string, options: Options): Addition {
  const { link: links } = options;
  const [kind, ...words] = options.positionals;
  switch (kind) {
    case "function": {
      const [name, route] = wanted(words, 2);
      const request = { name, route, links };
      return {
        added: { kind: "functions", name },
        files: (program) => planFunction(root, program, request),
        byHand: () => functionLines(request),
      };
    }
    case "table": {
      const [name] = wanted(words, 1);
      const request = { name, key: options.key, sortKey: options["sort-key"] };
      return {
        added: { kind: "tables", name },
        files: (program) => planTable(program, request),
        byHand: () => tableLines(request),
      };
    }
    case "bucket": {
      const [name] = wanted(words, 1);
      return {
        added: { kind: "buckets", name },
        files: (program) => planBucket(program, name),
        byHand: () => bucket(name),
      };
    }
    case "collection": {
      const [name] = wanted(words, 1);
      return {
        added: { kind: "functions", name: `create${capital(singular(name))}` },
        files: (program) => planCollection(program, name),
        byHand: () => collectionLines(name),
      };
    }
    case "queue": {
      const [name, consumer] = wanted(words, 2);
      const request = { name, consumer, links };
      return {
        added: { kind: "functions", name: consumer },
        files: (program) => planQueue(program, request),
        byHand: () => queueLines(request),
      };
    }
    case "schedule": {
      const [name, called, expression] = wanted(words, 3);
      const request = { name, called, expression, links };
      return {
        added: { kind: "functions", name: called },
        files: (program) => planSchedule(program, request),
        byHand: () => scheduleLines(request),
      };
    }
    default:
      throw new UserError(
        `What is to be new? ${JSON.stringify(kind ?? "")} is none of these.\n${explainedBy("new")}`,
      );
  }
}

type Words<N extends 1 | 2 | 3> = N extends 1
  ? [string]
  : N extends 2
    ? [string, string]
    : [string, string, string];

function wanted<N extends 1 | 2 | 3>(words: string[], count: N): Words<N> {
  if (words.length !== count)
    throw new UserError(`${count} names are wanted here, ${words.length} were given.\n${explainedBy("new")}`);
  return words as Words<N>;
}
