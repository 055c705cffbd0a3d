/**
 * Nothing that a function sends to an address of the cloud leaves this machine: by name, at the two places that every
 * client of Node passes, the resolver and the socket (http, https, http2, tls, fetch and the drivers are built on them).
 * Not seen are addresses that come from elsewhere than Node's resolver, and programs that are not Node.
 */
const dns = require("node:dns");
const net = require("node:net");
const { promisify } = require("node:util");

/** @typedef {(...values: unknown[]) => unknown} AnyFunction */
/** @typedef {AnyFunction & { [promisify.custom]?: AnyFunction }} Promisable */
/** @typedef {(host: string) => void} Report */

/** AWS in its partitions, and MongoDB Atlas. */
const DOMAINS = [
  "amazonaws.com",
  "amazonaws.com.cn",
  "amazonaws.eu",
  "api.aws",
  "on.aws",
  "api.amazonwebservices.com.cn",
  "api.amazonwebservices.eu",
  "mongodb.net",
  "mongodbgov.net",
  "cloud.mongodb.com",
];
/** Where a machine of AWS gives out its credentials, which are not the function's. */
const METADATA = ["169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23"];

/** @param {unknown} host */
function isCloud(host) {
  if (typeof host !== "string") return false;
  const name = host.toLowerCase().replace(/^\[|\]$|\.+$/g, "");
  return METADATA.includes(name) || DOMAINS.some((domain) => name === domain || name.endsWith(`.${domain}`));
}

/** @param {string} host */
function refusal(host) {
  const error = new Error(
    `${host} is an address of the cloud: the local run lets nothing out to it. ` +
      "Use a client that follows AWS_ENDPOINT_URL (AWS SDK version 3), or start the run with --allow-cloud.",
  );
  Object.assign(error, { hostname: host });
  // Version 2 of AWS's SDK would take every error of a socket for one of the network, and try again for half a minute.
  const fixed = { code: "CloudAddressRefused", retryable: false };
  for (const [name, value] of Object.entries(fixed))
    Object.defineProperty(error, name, { get: () => value, set: () => {}, enumerable: true });
  return error;
}

/** @param {Report} report told of each refusal */
function refuseCloud(report) {
  refuseSockets(report);
  for (const owner of [dns, dns.Resolver.prototype]) refuseNames(owner, report, toCallback);
  for (const owner of [dns.promises, dns.promises.Resolver.prototype])
    refuseNames(owner, report, (error) => Promise.reject(error));
}

/** @param {Report} report */
function refuseSockets(report) {
  const { connect } = net.Socket.prototype;
  /** @this {import("node:net").Socket} @param {unknown[]} values */
  const guarded = function (...values) {
    const host = hostOf(values);
    if (!isCloud(host)) return /** @type {AnyFunction} */ (connect).apply(this, values);
    report(String(host));
    // Not before the caller has its socket and listens.
    process.nextTick(() => this.destroy(refusal(String(host))));
    return this;
  };
  net.Socket.prototype.connect = /** @type {typeof connect} */ (guarded);
}

/** Of `connect(port, host)`, `connect(options)`, and what Node makes of either. @param {unknown[]} values @returns {unknown} */
function hostOf([first, second]) {
  if (Array.isArray(first)) return hostOf(first);
  if (typeof first !== "object" || first === null) return second;
  return "host" in first ? first.host : undefined;
}

/**
 * `lookup`, `resolve` and its kin: all take a name first.
 * @param {object} owner
 * @param {Report} report
 * @param {(error: Error, values: unknown[]) => unknown} refuse
 */
function refuseNames(owner, report, refuse) {
  const functions = /** @type {Record<string, AnyFunction>} */ (owner);
  for (const name of Object.getOwnPropertyNames(owner)) {
    const original = functions[name];
    if (!/^(?:lookup|resolve(?!r)\w*)$/.test(name) || typeof original !== "function") continue;
    /** @this {unknown} @param {unknown[]} values */
    const guarded = function (...values) {
      const host = serviceless(values[0]);
      if (!isCloud(host)) return original.apply(this, values);
      report(host);
      return refuse(refusal(host), values);
    };
    functions[name] = guarded;
    // `util.promisify(dns.lookup)` has its own form, which must be guarded too.
    const promised = /** @type {Promisable} */ (original)[promisify.custom];
    if (promised) /** @type {Promisable} */ (guarded)[promisify.custom] = asPromised(promised, report);
  }
}

/** @param {AnyFunction} original @param {Report} report */
function asPromised(original, report) {
  /** @param {unknown[]} values */
  return async (...values) => {
    const host = serviceless(values[0]);
    if (!isCloud(host)) return original(...values);
    report(host);
    throw refusal(host);
  };
}

/** `_mongodb._tcp.cluster.example` asks for cluster.example. @param {unknown} name */
function serviceless(name) {
  return String(name).replace(/^(?:_[^.]+\.)+/, "");
}

/** @param {Error} error @param {unknown[]} values */
function toCallback(error, values) {
  const done = values.at(-1);
  if (typeof done === "function") process.nextTick(done, error);
}

module.exports = { DOMAINS, METADATA, isCloud, refuseCloud };
