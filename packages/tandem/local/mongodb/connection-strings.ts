/** Connection strings of Atlas clusters, turned into those of the MongoDB on this machine. */

interface ConnectionString {
  scheme: string;
  /** With its `@`, or empty. */
  user: string;
  hosts: string[];
  database: string;
  options: URLSearchParams;
}

const CONNECTION_STRING = /mongodb(?:\+srv)?:\/\/[^\s"'<>\\]+/g;
/** What says how to reach and to prove oneself to Atlas; the local server has its own ways or none. */
const OF_THE_CLUSTER = /^(auth|tls|ssl|replicaSet$|srv)/i;

/** Every connection string in the text one of whose hosts is `isCloud` becomes one of the server at `local`. */
export function rewriteConnectionStrings(
  text: string,
  isCloud: (host: string) => boolean,
  local: string,
): string {
  return text.replace(CONNECTION_STRING, (found) => {
    const recorded = parseConnectionString(found);
    return recorded.hosts.map(withoutPort).some(isCloud)
      ? localConnectionString(recorded, parseConnectionString(local))
      : found;
  });
}

/** Host names without ports. */
export function hostsOf(connectionString: string): string[] {
  return parseConnectionString(connectionString).hosts.map(withoutPort);
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, "");
}

/** Database and behaviour as recorded; address, user and transport as of the local server. */
function localConnectionString(recorded: ConnectionString, local: ConnectionString): string {
  const options = new URLSearchParams();
  for (const [name, value] of recorded.options) if (!OF_THE_CLUSTER.test(name)) options.set(name, value);
  for (const [name, value] of local.options) options.set(name, value);
  if (local.user && !options.has("authSource")) {
    // Without it a driver looks for the user in the database of the path, which is another one now.
    options.set("authSource", local.database || "admin");
  }
  const query = options.size > 0 ? `?${options}` : "";
  return `${local.scheme}://${local.user}${local.hosts.join(",")}/${recorded.database}${query}`;
}

function parseConnectionString(text: string): ConnectionString {
  const [, scheme = "", user = "", hosts = "", database = "", query = ""] =
    /^([^:]+):\/\/([^/?@]*@)?([^/?]*)\/?([^?]*)\??(.*)$/.exec(text) ?? [];
  return { scheme, user, hosts: hosts.split(","), database, options: new URLSearchParams(query) };
}
