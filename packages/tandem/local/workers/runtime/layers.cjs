/** Packages of layers: found by `require` as in the cloud, by NODE_PATH and by their path below /opt. */
const Module = require("./module-class.cjs");

/** @typedef {typeof Module & { _initPaths(): void, _resolveFilename(request: string, ...rest: unknown[]): string }} Loader */

const LAYERS = "/opt/";

/** @param {{ root: string, packages: string[] }} layers */
function requireLayers({ root, packages }) {
  const loader = /** @type {Loader} */ (Module);
  // Node reads it here and nowhere else; what the function then finds is what it would find in the cloud.
  process.env.NODE_PATH = packages.join(":");
  loader._initPaths();
  process.env.NODE_PATH = packages.map((folder) => folder.replace(root, "/opt")).join(":");
  const resolve = loader._resolveFilename;
  loader._resolveFilename = (request, ...rest) =>
    resolve.call(
      loader,
      request.startsWith(LAYERS) ? `${root}/${request.slice(LAYERS.length)}` : request,
      ...rest,
    );
}

module.exports = { requireLayers };
