// #region books, movies
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";

import { Engine, isEngineHere, type Run } from "../../packages/tandem/operations/engine/engine.ts";
import type { CommandResult } from "../../packages/tandem/operations/pulumi.ts";
import { assertInStep, expectNoChanges, initialise, succeed, thingsOf, up } from "./stack.ts";

/** Kills of one stack that is made anew; each falls later than the one before. */
const KILLS = 20;
/** Milliseconds: long enough for several creations to be on their way whenever a kill falls. */
const pace = { create: 300, cluster: 4000 };

/** A key has no name: the person who is asked looks into the console. */
function look(engine: Engine, stack: string, output: string): string[] {
  return [...output.matchAll(/there: --found '(.+?)=<id>'/g)].flatMap(([, key = ""]) => {
    assert.match(key, /^Key::/, output);
    const [there] = thingsOf(engine, stack).filter(({ type }) => type === "aws:kms/key:Key");
    return there === undefined ? ["--absent", key] : ["--found", `${key}=${there.id}`];
  });
}

async function recover(engine: Engine, folder: string, stack: string): Promise<CommandResult> {
  const args = ["--stack", stack, "--state-only", "--interval", "0.5"];
  const result = await engine.tandem(folder, "recover", ...args);
  const found = result.status === 0 ? [] : look(engine, stack, result.output);
  return found.length === 0 ? result : engine.tandem(folder, "recover", ...args, ...found);
}

/** Kills once the clouds hold so many things of the stack. */
async function killAt(engine: Engine, stack: string, count: number, run: Run): Promise<void> {
  let ended: CommandResult | undefined;
  void run.then((result) => {
    ended = result;
  });
  while (thingsOf(engine, stack).length < count) {
    assert.equal(
      ended,
      undefined,
      `the deployment ended before there were ${count} things:\n${ended?.output}`,
    );
    await wait(20);
  }
  run.kill();
  await run;
}

describe("npm run recover on an engine", function () {
  this.timeout(45 * 60_000);
  let engine: Engine;

  before(async function () {
    if (!isEngineHere()) this.skip();
    engine = await Engine.start(pace);
  });

  after(() => engine?.stop());

  for (const [stack, resourcesOf] of [
    ["dev", 152],
    ["prod", 270],
  ] as const) {
    it(`brings ${stack} back after ${KILLS} kills: nothing lost, nothing twice`, async () => {
      const folder = engine.project(stack);
      await initialise(engine, folder, stack);
      let pending = 0;
      for (let kill = 1; kill <= KILLS; kill += 1) {
        const count = Math.floor((kill * resourcesOf) / (KILLS + 1));
        await killAt(engine, stack, count, up(engine, folder, stack));
        const { output } = await succeed(recover(engine, folder, stack));
        pending += Number(/(\d+) pending in/.exec(output)?.[1] ?? 0);
        // A subscription that nobody confirmed has no id to import by; made again, it is the same one.
        await assertInStep(engine, folder, stack, ["aws:sns/topicSubscription:TopicSubscription"]);
      }
      assert.ok(pending >= KILLS, `only ${pending} operations were pending in ${KILLS} kills`);
      await succeed(engine.tandem(folder, "recover", "--stack", stack, "--yes"));
      await expectNoChanges(engine, folder, stack);
      await assertInStep(engine, folder, stack);
    });
  }
});
