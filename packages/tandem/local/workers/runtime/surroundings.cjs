/** What code of a function finds changed in Node, in its worker, in a thread that loads in bulk and in the threads that it starts itself. */
const path = require("node:path");
const { mapThreads } = require("./channel.cjs");
const { mapChildProcesses } = require("./child-processes.cjs");
const { refuseCloud } = require("./cloud.cjs");
const { mapFileSystem } = require("./file-system.cjs");
const { syncBuiltinESMExports } = require("./module-class.cjs");
const { callWithoutTls } = require("./plain-ports.cjs");
const { resolvePrefixed } = require("./prefixed-hosts.cjs");

/**
 * Plain data: it is handed on to threads.
 * @typedef {object} Surroundings
 * @property {string} temporaryFolder what is seen as /tmp
 * @property {string[]} readable folders that stay as they are although they may lie under the machine's /tmp
 * @property {string} [taskRoot] what is seen as /var/task
 * @property {string | undefined} [layersRoot] what is seen as /opt
 * @property {boolean} allowCloud
 * @property {Record<string, number>} plainPorts what is called over TLS and answered without
 */

const cloudGuard = path.join(__dirname, "cloud-preload.cjs");
const ofThreads = path.join(__dirname, "inner-thread.cjs");

/**
 * @param {Surroundings} given
 * @param {object} listener
 * @param {(text: string) => void} listener.write
 * @param {(host: string) => void} listener.refused
 */
function mapSurroundings(given, { write, refused }) {
  const { temporaryFolder, readable, taskRoot, allowCloud, layersRoot, plainPorts } = given;
  const toReal = mapFileSystem(temporaryFolder, readable, taskRoot, layersRoot);
  mapChildProcesses({ toReal, write, preload: allowCloud ? undefined : cloudGuard });
  mapThreads(ofThreads, given);
  resolvePrefixed();
  if (!allowCloud) refuseCloud(refused);
  callWithoutTls(plainPorts);
  // What was replaced in Node's modules is so for those who import it by name too.
  syncBuiltinESMExports();
}

module.exports = { mapSurroundings };
