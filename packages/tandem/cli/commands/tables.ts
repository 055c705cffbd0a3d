/** `npm run tables`: looks into the tables of the local run, for who has no tool of their own. */
import type { Item, Page } from "../../local/stores/tables.ts";
import { isObject } from "../../shared/json.ts";
import { table } from "../../shared/terminal.ts";
import { UserError } from "../../shared/user-error.js";
import { common, parseOptions } from "../options.ts";
import { runThatIsUp } from "../run-that-is-up.ts";
import { jsonLine, limitOf, subcommand } from "../subcommands.ts";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions(
    "tables",
    args,
    {
      limit: { type: "number", does: "Items shown at most; 0: all", default: 25 },
      stack: common.stackOfRun,
      cwd: common.cwd,
      verbose: common.verbose,
    },
    3,
  );
  const limit = limitOf(options.limit);
  const { positionals } = options;
  const run = await runThatIsUp(options);
  const { Tables } = await import("../../local/stores/tables.ts");
  const tables = new Tables(run);
  return subcommand("tables", positionals, {
    list: {
      takes: [],
      does: async () => {
        const all = await tables.list();
        const rows = all.map(({ name, physicalName, items }) => [name, physicalName, `${items} items`]);
        console.log(rows.length === 0 ? "The program declares no table." : table(rows).join("\n"));
      },
    },
    scan: {
      takes: ["table"],
      does: async (name) => show(await tables.scan(name, limit)),
    },
    query: {
      takes: ["table", "key"],
      does: async (name, key) => show(await tables.query(name, jsonObject("key", key), limit)),
    },
    get: {
      takes: ["table", "key"],
      does: async (name, key) => {
        const item = await tables.get(name, jsonObject("key", key));
        if (item === undefined) throw new UserError(`Table ${name} has no item ${key}.`);
        console.log(jsonLine(item, 2));
      },
    },
    put: {
      takes: ["table", "item"],
      does: async (name, item) => {
        await tables.put(name, jsonObject("item", item));
        console.log(`Put into ${name}.`);
      },
    },
    delete: {
      takes: ["table", "key"],
      does: async (name, key) => {
        if (!(await tables.delete(name, jsonObject("key", key))))
          throw new UserError(`Table ${name} has no item ${key}.`);
        console.log(`Deleted from ${name}.`);
      },
    },
  });
}

/** One item a line, for other programs to read; what is said beside goes to stderr. */
function show({ items, more }: Page): void {
  for (const item of items) console.log(jsonLine(item));
  if (more) console.error(`The first ${items.length} are shown; --limit 0 shows all.`);
}

function jsonObject(what: string, text: string): Item {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`The ${what} ${text} is not JSON: ${(error as Error).message}.`);
  }
  if (isObject(value)) return value;
  throw new UserError(`The ${what} ${text} is no JSON object, e.g. '{"id": "a1"}'.`);
}
