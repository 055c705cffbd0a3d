/** `npm run where`: the source of a place in what a deployed function logged. */
import path from "node:path";
import { text } from "node:stream/consumers";
import { localSecrets } from "../../local/local-secrets.ts";
import { type WhereOptions, where } from "../../local/where.ts";
import { recordProgram } from "../../program/record-program.ts";
import { stackToRun } from "../../program/stack-files.ts";
import { commitOf } from "../../review/revision/base.ts";
import { provideDependencies } from "../../review/revision/dependencies.ts";
import { withWorktree } from "../../review/revision/worktree.ts";
import { UserError } from "../../shared/user-error.js";
import { common, explainedBy, parseOptions } from "../options.ts";

const MOST_WORDS = 10_000;

export async function main(args: string[], record = recordProgram): Promise<number> {
  const options = parseOptions(
    "where",
    args,
    {
      function: { type: "string", does: "Function whose code it is, where the line does not say" },
      revision: { type: "string", does: "Commit that was deployed, where this checkout is another" },
      stack: common.stackToRun,
      cwd: common.cwd,
      verbose: common.verbose,
    },
    MOST_WORDS,
  );
  const { revision } = options;
  const cwd = path.resolve(options.cwd);
  const stack = options.stack ?? stackToRun(cwd);
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const asked = { text: await given(options.positionals), functionName: options.function, log };
  const here: WhereOptions = {
    ...asked,
    cwd,
    called: "this checkout",
    record: () => record({ cwd, stack, config: localSecrets({ cwd, stack }) }),
  };
  const answer = revision === undefined ? await where(here) : await inRevision(revision, stack, here);
  process.stdout.write(`${answer}\n`);
  return 0;
}

async function given(words: string[]): Promise<string> {
  if (words.length > 0) return words.join(" ");
  if (process.stdin.isTTY)
    throw new UserError(`Which place? Give a frame or a line of a log.\n${explainedBy("where")}`);
  return (await text(process.stdin)).trimEnd();
}

async function inRevision(revision: string, stack: string, here: WhereOptions): Promise<string> {
  const commit = await commitOf(here.cwd, revision, "--revision");
  return withWorktree(here.cwd, commit, async (checkout) => {
    const notes = await provideDependencies(here.cwd, checkout, { revision, commit, notes: [] }, here.log);
    for (const note of notes) here.log(note);
    const { folder, signal } = checkout;
    const record = () => recordProgram({ cwd: folder, stack, signal });
    return where({ ...here, cwd: folder, called: revision, record });
  });
}
