/**
 * Version 2 of AWS's SDK knows no variable for an endpoint. Where it lies beside the code as a package of its own, its
 * global configuration is given what version 3 reads from the environment, so it calls the local stores too.
 */
const path = require("node:path");
const Module = require("./module-class.cjs");

/** @typedef {{ config: { update(settings: object, unknownToo: boolean): void } }} Sdk */
/** @typedef {(module: { exports: unknown }, file: string) => void} Loader */

/** It sets the configuration up; every way into the package loads it. */
const ENTRY = path.join("aws-sdk", "lib", "node_loader.js");
const ENDPOINT = "AWS_ENDPOINT_URL";

function serveSecondSdk() {
  const extensions = /** @type {Record<string, Loader>} */ (
    /** @type {unknown} */ (/** @type {{ _extensions?: unknown }} */ (Module)._extensions)
  );
  const load = /** @type {Loader} */ (extensions[".js"]);
  extensions[".js"] = (module, file) => {
    load(module, file);
    if (file.endsWith(`${path.sep}${ENTRY}`)) configure(Module.createRequire(file)("./core"));
  };
}

/** @param {Sdk} sdk */
function configure({ config }) {
  /** @type {Record<string, object>} */
  const services = {};
  for (const [name, endpoint] of Object.entries(process.env)) {
    if (endpoint === undefined || !name.startsWith(`${ENDPOINT}_`)) continue;
    // A bucket's name cannot stand before an address that is a number.
    const bucketsByPath = { s3ForcePathStyle: true, signatureVersion: "v4" };
    const service = name.slice(ENDPOINT.length + 1).toLowerCase();
    services[service] = { endpoint, ...(service === "s3" ? bucketsByPath : {}) };
  }
  const endpoint = process.env[ENDPOINT];
  // Otherwise it takes settings of those services alone whose clients are loaded already.
  const unknownToo = true;
  config.update({ ...services, ...(endpoint === undefined ? {} : { endpoint }) }, unknownToo);
}

module.exports = { serveSecondSdk };
