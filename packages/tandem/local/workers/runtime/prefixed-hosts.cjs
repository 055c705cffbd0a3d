/**
 * Some operations of AWS go to a name of their own before the host: StartSyncExecution to `sync-127.0.0.1`. No resolver knows
 * that, so it is the host itself.
 */
const dns = require("node:dns");

const PREFIXED = /^sync-(127\.0\.0\.1)$/;

function resolvePrefixed() {
  const lookup = /** @type {(host: string, ...rest: unknown[]) => void} */ (dns.lookup);
  /** @param {string} host @param {unknown[]} rest */
  const resolved = (host, ...rest) => lookup(String(host).replace(PREFIXED, "$1"), ...rest);
  dns.lookup = /** @type {typeof dns.lookup} */ (
    /** @type {unknown} */ (Object.assign(resolved, dns.lookup))
  );
}

module.exports = { resolvePrefixed };
