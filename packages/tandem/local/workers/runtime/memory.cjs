/** What a thread holds, and its end when that is more than its function may have. */
const v8 = require("node:v8");
const { garbageCollector } = require("./garbage-collector.cjs");

// Whoever starts the run may have asked for it; in the cloud a function has none.
delete globalThis.gc;

const CHECK_MS = 100;

function memoryInUse() {
  const heap = v8.getHeapStatistics();
  return heap.total_physical_size + heap.external_memory + heap.malloced_memory;
}

/** Gives back all that can be given back; takes some ten milliseconds. */
function collectAll() {
  garbageCollector()({ type: "major", execution: "sync", flavor: "last-resort" });
}

/**
 * Bytes in use. Garbage does not count: before a function is ended for it, it is collected.
 * @param {number} limit bytes
 * @param {() => never} exceeded
 */
function memoryWithin(limit, exceeded) {
  const held = memoryInUse();
  if (held <= limit) return held;
  collectAll();
  const used = memoryInUse();
  return used <= limit ? used : exceeded();
}

/**
 * Looks now and then, as long as the handler lets the event loop turn.
 * @param {number} limit bytes
 * @param {() => never} exceeded
 */
function watchMemory(limit, exceeded) {
  setInterval(() => memoryWithin(limit, exceeded), CHECK_MS).unref();
}

module.exports = { collectAll, memoryInUse, memoryWithin, watchMemory };
