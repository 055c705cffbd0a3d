/** A stack under the engine of the tests, with what its configuration leaves to whoever deploys it. */
import assert from "node:assert/strict";

import type { CloudResource } from "../../packages/tandem/operations/engine/cloud/store.ts";
import type { Engine } from "../../packages/tandem/operations/engine/engine.ts";

export interface State {
  deployment: {
    resources: { urn: string; type: string; id?: string; custom?: boolean; protect?: boolean }[];
    pending_operations?: unknown[];
  };
}

/** In production what may be a secret is one, and must not be read anywhere. */
export const secretSettings = {
  atlasOrganization: "5f0123456789abcdefca4a7d",
  alarmEmail: "canary-0f2b9d17@tandem.test",
};

const settings: Record<"dev" | "prod", Record<string, string>> = {
  dev: { atlasOrganization: "5f0123456789abcdef012345" },
  prod: { jwtIssuer: "https://issuer.tandem.test/" },
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
  for (const [key, value] of Object.entries(stack === "prod" ? secretSettings : {})) {
    await succeed(engine.pulumi(folder, "config", "set", "--secret", key, value, "--stack", stack));
  }
  await setTags(engine, folder, stack);
  if (stack === "prod") {
    const key = "tandem:corsOrigins[0]";
    await succeed(
      engine.pulumi(folder, "config", "set", "--path", key, "https://app.tandem.test", "--stack", stack),
    );
  }
}

export async function setTags(engine: Engine, folder: string, stack: string): Promise<void> {
  for (const [tag, value] of Object.entries({ owner: "team@tandem.test", repository: "tandem/tandem" })) {
    const key = `aws:defaultTags.tags.${tag}`;
    await succeed(engine.pulumi(folder, "config", "set", "--path", key, value, "--stack", stack));
  }
}

export function up(engine: Engine, folder: string, stack: string) {
  return engine.pulumi(folder, "up", "--stack", stack, "--yes", "--skip-preview");
}

export async function expectNoChanges(engine: Engine, folder: string, stack: string): Promise<void> {
  await succeed(engine.pulumi(folder, "preview", "--stack", stack, "--expect-no-changes"));
}

export async function succeed(run: Promise<{ status: number; output: string; stdout: string }>) {
  const result = await run;
  assert.equal(result.status, 0, result.output);
  return result;
}

export async function stateOf(engine: Engine, folder: string, stack: string): Promise<State> {
  const { stdout } = await succeed(engine.pulumi(folder, "stack", "export", "--stack", stack));
  return JSON.parse(stdout) as State;
}

/** What the clouds hold of one stack; another one's is beside it, as in an account. */
export function thingsOf(engine: Engine, stack: string): CloudResource[] {
  return engine.resourcesOf().filter(({ seed }) => seed.startsWith(`urn:pulumi:${stack}::`));
}

/**
 * That the clouds hold of a stack exactly what its state says: nothing twice, nothing lost.
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
  const there = thingsOf(engine, stack)
    .map((resource) => ({ ...resource, key: `${resource.type} ${resource.id}` }))
    .filter(({ type, key }) => held.includes(key) || !except.includes(type))
    .map(({ key }) => key);
  assert.deepEqual(there.sort(), held.sort());
}
