/**
 * Where a function calls a service of this run over TLS, as it must in the cloud, it gets a connection without: at the place that
 * https, fetch and every other client of Node pass.
 */
const net = require("node:net");

/** @typedef {{ host?: unknown, port?: unknown }} Called */
/** @typedef {(...values: unknown[]) => unknown} AnyFunction */

/** @param {Record<string, number>} plainPorts host and port as they are called → port of this machine */
function callWithoutTls(plainPorts) {
  if (Object.keys(plainPorts).length === 0) return;
  // Not before: it loads all of `crypto`, for which a thread would take a tenth longer to boot.
  const tls = require("node:tls");
  const connect = /** @type {AnyFunction} */ (tls.connect);
  /** @param {unknown[]} values */
  const plain = (...values) => {
    const { host = "localhost", port } = calledBy(values);
    const local = plainPorts[`${String(host)}:${String(port)}`];
    if (local === undefined) return connect(...values);
    const socket = net.connect({ host: isNamed(host) ? "127.0.0.1" : String(host), port: local });
    const done = values.at(-1);
    if (typeof done === "function") socket.once("secureConnect", () => done());
    socket.once("connect", () => socket.emit("secureConnect"));
    return socket;
  };
  tls.connect = /** @type {typeof tls.connect} */ (/** @type {unknown} */ (plain));
}

/** `connect(options)` and `connect(port, host)`. @param {unknown[]} values @returns {Called} */
function calledBy([first, second]) {
  return typeof first === "object" && first !== null ? first : { port: first, host: second };
}

/** A name of the cloud leads nowhere from here. @param {unknown} host */
function isNamed(host) {
  return typeof host === "string" && net.isIP(host) === 0;
}

module.exports = { callWithoutTls };
