/** How a connection string for an Atlas cluster reads on this machine. */

/** Atlas's ways to authenticate and to find a replica set: a local server has neither. */
const atlasOnly = ["authMechanism", "authMechanismProperties", "authSource", "replicaSet", "ssl", "tls"];

/**
 * The connection string with the local server in place of the cluster's hosts; database and options stay.
 * Undefined when it does not lead to one of the `domains` (e.g. `.17652.mongodb.net`).
 */
export function localUri(value: string, domains: readonly string[], local: string): string | undefined {
  const parts = /^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?([^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(value);
  if (!parts) return undefined;
  const [, hosts = "", database = "", query = ""] = parts;
  const names = hosts.split(",").map((host) => host.replace(/:\d+$/, ""));
  if (!names.every((name) => domains.some((domain) => name.endsWith(domain)))) return undefined;
  const [base = "", localQuery = ""] = local.split("?");
  const options = new URLSearchParams(query);
  for (const name of atlasOnly) options.delete(name);
  for (const [name, option] of new URLSearchParams(localQuery)) options.set(name, option);
  const rest = options.size > 0 ? `?${options}` : "";
  return `${base.endsWith("/") ? base : `${base}/`}${database}${rest}`;
}
