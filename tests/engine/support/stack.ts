/** A stack under the engine of the tests, with what its configuration leaves to whoever deploys it. */
import assert from "node:assert/strict";
import { Store, type Thing } from "../cloud/store.ts";
import type { Engine } from "./engine.ts";

export interface State {
  deployment: {
    resources: { urn: string; type: string; id?: string; custom?: boolean; protect?: boolean }[];
    pending_operations?: unknown[];
  };
}

export const settings: Record<"dev" | "prod", Record<string, string>> = {
  dev: { atlasOrganization: "5f0123456789abcdef012345" },
  prod: {
    atlasOrganization: "5f0123456789abcdef012345",
    jwtIssuer: "https://issuer.tandem.test/",
    alarmEmail: "alarms@tandem.test",
  },
};

/** @param made whether the stack is there already */
export async function initialise(
  engine: Engine,
  folder: string,
  stack: "dev" | "prod",
  { made = false } = {},
): Promise<void> {
  if (!made) await succeed(engine.pulumi(folder, "stack", "init", stack));
  for (const [key, value] of Object.entries(settings[stack])) {
    await succeed(engine.pulumi(folder, "config", "set", key, value, "--stack", stack));
  }
  for (const [tag, value] of Object.entries({ owner: "team@tandem.test", repository: "tandem/tandem" })) {
    const key = `aws:defaultTags.tags.${tag}`;
    await succeed(engine.pulumi(folder, "config", "set", "--path", key, value, "--stack", stack));
  }
  if (stack === "prod") {
    const key = "tandem:corsOrigins[0]";
    await succeed(
      engine.pulumi(folder, "config", "set", "--path", key, "https://app.tandem.test", "--stack", stack),
    );
  }
}

export function up(engine: Engine, folder: string, stack: string) {
  return engine.pulumi(folder, "up", "--stack", stack, "--yes", "--skip-preview");
}

export async function expectNoChanges(engine: Engine, folder: string, stack: string): Promise<void> {
  await succeed(engine.pulumi(folder, "preview", "--stack", stack, "--expect-no-changes"));
}

export async function succeed(run: Promise<{ status: number; output: string; stdout: string }>) {
  const said = await run;
  assert.equal(said.status, 0, said.output);
  return said;
}

export async function stateOf(engine: Engine, folder: string, stack: string): Promise<State> {
  const { stdout } = await succeed(engine.pulumi(folder, "stack", "export", "--stack", stack));
  return JSON.parse(stdout) as State;
}

/**
 * That the clouds hold exactly what the state says: nothing twice, nothing lost.
 * @param except types of which the clouds may hold more for now
 */
export async function assertInStep(
  engine: Engine,
  folder: string,
  stack: string,
  except: string[] = [],
): Promise<void> {
  const { deployment } = await stateOf(engine, folder, stack);
  assert.deepEqual(deployment.pending_operations ?? [], []);
  const held = deployment.resources
    .filter(({ type, custom }) => custom === true && !type.startsWith("pulumi:"))
    .map(({ type, id }) => `${type} ${id}`);
  const there = new Store(engine.cloudFile)
    .all()
    .map((thing: Thing) => ({ ...thing, key: `${thing.type} ${thing.id}` }))
    .filter(({ type, key }) => held.includes(key) || !except.includes(type))
    .map(({ key }) => key);
  assert.deepEqual(there.sort(), held.sort());
}
