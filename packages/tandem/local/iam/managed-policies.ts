/**
 * AWS's own policies, as far as they speak of what runs here: made from a package that follows AWS's daily, by `npm run managed-policies`.
 * One that AWS has made since is not known.
 */
import { readFileSync } from "node:fs";
import { parsePolicy, type SourcedStatement, unknownPolicy } from "./statements.ts";

export interface ManagedPolicies {
  /** Package and version. */
  from: string;
  /** Path and name of those that say nothing of what runs here. */
  silent: string[];
  /** Path and name → statements, as AWS writes them. */
  policies: Record<string, object[]>;
}

export const managedPoliciesFile = new URL("managed-policies.json", import.meta.url);

const OF_AWS = /^arn:aws[\w-]*:iam::aws:policy\/((?:[\w-]+\/)*)([\w+=,.@-]+)$/;
/** Of those that are not known: the few of AWS's own that deny something are called so. All others only allow. */
const DENIES = /Deny|Quarantine|Boundary/i;

let known: ManagedPolicies | undefined;

function read(): ManagedPolicies {
  known ??= JSON.parse(readFileSync(managedPoliciesFile, "utf8")) as ManagedPolicies;
  return known;
}

/** Of a policy that is not known: a statement that says so. */
export function managedPolicy(arn: string): SourcedStatement[] {
  const [, path, name] = OF_AWS.exec(arn) ?? [];
  if (path === undefined || name === undefined) return [unknownPolicy(arn, "Deny")];
  const { policies, silent } = read();
  const statements = policies[path + name];
  if (statements) return parsePolicy({ Version: "2012-10-17", Statement: statements }, arn);
  if (silent.includes(path + name)) return [];
  const namesake = [...Object.keys(policies), ...silent].find(
    (known) => known.endsWith(`/${name}`) || known === name,
  );
  const source = namesake === undefined ? arn : `${arn} (AWS has arn:aws:iam::aws:policy/${namesake})`;
  return [unknownPolicy(source, DENIES.test(name) ? "Deny" : "Allow")];
}
