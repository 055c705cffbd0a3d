/** Which AWS identity the SDK would take: by what is set and written down, and with `--online` by asking AWS. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Finding, here, missing } from "./check.ts";
import { type Environment, homeFolder } from "./environment.ts";

export function findAwsIdentity({ environment }: Environment): Finding {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE, AWS_ROLE_ARN } = environment;
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) return here("keys in the environment");
  if (AWS_ACCESS_KEY_ID || AWS_SECRET_ACCESS_KEY) {
    const absent = AWS_ACCESS_KEY_ID ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID";
    return missing(`only half of a key is in the environment: ${absent} is not set`, `export ${absent}=…`);
  }
  if (environment.AWS_WEB_IDENTITY_TOKEN_FILE && AWS_ROLE_ARN) return here(`role ${AWS_ROLE_ARN} by OIDC`);
  if (environment.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || environment.AWS_CONTAINER_CREDENTIALS_FULL_URI) {
    return here("the role of this container");
  }
  const profiles = profilesIn(environment);
  const wanted = AWS_PROFILE || "default";
  if (profiles.includes(wanted)) return here(`profile ${wanted}`);
  if (AWS_PROFILE)
    return missing(`AWS_PROFILE names ${AWS_PROFILE}, which is in no settings file`, "unset AWS_PROFILE");
  if (profiles.length > 0) {
    return missing(`no default profile, but ${profiles.join(", ")}`, `export AWS_PROFILE=${profiles[0]}`);
  }
  return missing("no keys in the environment, no profile in ~/.aws", "aws configure sso");
}

/** Names only; what else stands there is not read. */
function profilesIn(environment: NodeJS.ProcessEnv): string[] {
  const folder = path.join(homeFolder(environment), ".aws");
  const files = [
    environment.AWS_CONFIG_FILE || path.join(folder, "config"),
    environment.AWS_SHARED_CREDENTIALS_FILE || path.join(folder, "credentials"),
  ];
  const names = files
    .filter((file) => existsSync(file))
    .flatMap((file) => [...readFileSync(file, "utf8").matchAll(/^\s*\[\s*(?:profile\s+)?([^\]\s]+)\s*\]/gm)])
    .flatMap(([, name]) => name ?? []);
  return [...new Set(names)].sort();
}
