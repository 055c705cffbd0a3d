/** What `npm run pulumi -- up` needs besides the program. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Finding, here, missing } from "./check.ts";
import { type Environment, homeFolder, isAtLeast, versionOf } from "./environment.ts";
import { installCommand } from "./install-commands.ts";

/** Older ones cannot run a program without compiling it first. */
const LEAST_PULUMI = "3.200";

export async function findPulumi({ environment }: Environment): Promise<Finding> {
  const version = await versionOf("pulumi", ["version"], environment);
  if (version === undefined) return missing("not on the PATH", installCommand("pulumi"));
  if (isAtLeast(version, LEAST_PULUMI)) return here(version);
  return missing(`${version}; ${LEAST_PULUMI} or newer is wanted`, installCommand("pulumi"));
}

/** Where the state of the stacks is kept. */
export function findBackend({ environment }: Environment): Finding {
  const url = environment.PULUMI_BACKEND_URL || loggedIn(environment);
  if (url) return here(withoutUser(url));
  if (environment.PULUMI_ACCESS_TOKEN) return here("Pulumi Cloud, by PULUMI_ACCESS_TOKEN");
  return missing("not logged in to any", "npm run pulumi -- login");
}

/** A service account (id and secret), or the older pair of keys. Whether they are right, only Atlas knows. */
export function findAtlas({ environment }: Environment): Finding {
  const pairs = [
    { first: "MONGODB_ATLAS_CLIENT_ID", second: "MONGODB_ATLAS_CLIENT_SECRET", what: "a service account" },
    { first: "MONGODB_ATLAS_PUBLIC_KEY", second: "MONGODB_ATLAS_PRIVATE_KEY", what: "a pair of API keys" },
  ];
  for (const { first, second, what } of pairs) {
    if (environment[first] && environment[second]) return here(`${what} in the environment`);
  }
  for (const { first, second } of pairs) {
    const [set, absent] = environment[first] ? [first, second] : [second, first];
    if (environment[set]) return missing(`${set} is set, ${absent} is not`, `export ${absent}=…`);
  }
  return missing(
    "no service account in the environment",
    "export MONGODB_ATLAS_CLIENT_ID=… MONGODB_ATLAS_CLIENT_SECRET=…",
  );
}

function loggedIn(environment: NodeJS.ProcessEnv): string | undefined {
  const folder = environment.PULUMI_HOME || path.join(homeFolder(environment), ".pulumi");
  const file = path.join(folder, "credentials.json");
  if (!existsSync(file)) return undefined;
  try {
    const { current } = JSON.parse(readFileSync(file, "utf8")) as { current?: unknown };
    return typeof current === "string" && current !== "" ? current : undefined;
  } catch {
    return undefined; // damaged: the CLI asks for a login then
  }
}

/** An address may carry a password. */
function withoutUser(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//");
}
