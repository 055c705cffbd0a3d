/** `npm run bucket`: looks into the buckets of the local run, and puts objects, which calls whom the program says. */
import { createWriteStream, readFileSync, renameSync, rmSync } from "node:fs";
import type { Writable } from "node:stream";
import { table } from "../../shared/terminal.ts";
import { UserError } from "../../shared/user-error.js";
import { common, parseOptions } from "../options.ts";
import { runThatIsUp } from "../run-that-is-up.ts";
import { subcommand } from "../subcommands.ts";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions(
    "bucket",
    args,
    {
      stack: common.stackOfRun,
      cwd: common.cwd,
      verbose: common.verbose,
    },
    4,
  );
  const run = await runThatIsUp(options);
  const { Buckets } = await import("../../local/stores/buckets.ts");
  const buckets = new Buckets(run);
  return subcommand("bucket", options.positionals, {
    list: {
      takes: [],
      mayTake: ["bucket", "beginning of keys"],
      does: async (name?: string, prefix?: string) => {
        const rows =
          name === undefined
            ? run.stores.buckets.map((bucket) => [bucket.name, bucket.physicalName])
            : (await buckets.list(name, prefix)).map(({ key, size, modified }) => [
                modified,
                `${size.toLocaleString("en")} bytes`,
                key,
              ]);
        if (rows.length > 0) console.log(table(rows).join("\n"));
        else console.error(name === undefined ? "The program declares no bucket." : `Nothing is in ${name}.`);
      },
    },
    get: {
      takes: ["bucket", "key"],
      mayTake: ["file"],
      does: async (name, key, file?: string) =>
        file === undefined
          ? buckets.get(name, key, process.stdout)
          : intoFile(file, (stream) => buckets.get(name, key, stream)),
    },
    put: {
      takes: ["bucket", "key", "file"],
      does: async (name, key, file) => {
        await buckets.put(name, key, contentOf(file));
        console.log(`Put ${key} into ${name}.`);
      },
    },
    delete: {
      takes: ["bucket", "key"],
      does: async (name, key) => {
        await buckets.delete(name, key);
        console.log(`Deleted ${key} from ${name}.`);
      },
    },
  });
}

/** The file is there when it is whole, and not before. */
async function intoFile(file: string, get: (stream: Writable) => Promise<void>): Promise<void> {
  const beside = `${file}.${process.pid}`;
  try {
    await get(createWriteStream(beside));
    renameSync(beside, file);
  } finally {
    rmSync(beside, { force: true });
  }
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UserError(`The file cannot be read: ${(error as Error).message}.`);
  }
}
