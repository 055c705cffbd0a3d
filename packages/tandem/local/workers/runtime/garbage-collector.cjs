/**
 * V8's collector of garbage for the thread that asks. V8 has it in contexts that are made while its setting says so, and with any
 * setting changed it takes no compiled code that was kept without: each thread would take a tenth longer to boot, and the run
 * compile anew what it loads later. So the setting is changed for the moment in which one context is made.
 */
const { setFlagsFromString } = require("node:v8");
const { runInNewContext } = require("node:vm");

/** @typedef {(options: { type: "major" | "minor", execution: "sync", flavor?: "last-resort" }) => void} Collect */

/** The setting is the process's: another thread may change it back meanwhile. */
const MOST_ATTEMPTS = 1_000;

/** @type {Collect | undefined} */
let collect;

/** @returns {Collect} */
function garbageCollector() {
  for (let attempt = 0; collect === undefined && attempt < MOST_ATTEMPTS; attempt++) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("globalThis.gc");
    setFlagsFromString("--no-expose-gc");
  }
  if (!collect) throw new Error("V8 has no collector of garbage to call.");
  return collect;
}

module.exports = { garbageCollector };
