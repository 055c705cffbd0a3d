/**
 * Node's `http`, asked for instead of imported: of a module of Node's that an ES module imports every export is read, and
 * `WebSocket` of this one loads undici, which takes longer (20 ms) than all else of it.
 */
export const { createServer, request, STATUS_CODES, validateHeaderName, validateHeaderValue } =
  process.getBuiltinModule("node:http");
