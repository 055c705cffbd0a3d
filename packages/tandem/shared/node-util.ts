/** Node's `util`, asked for as `node-http.ts` asks for its module: to read every export of it loads a dozen modules more. */
export const { getCallSites, inspect, types } = process.getBuiltinModule("node:util");
