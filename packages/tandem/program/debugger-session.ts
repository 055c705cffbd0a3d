/**
 * The session with V8's debugger by which the SDK finds what a function written inline has captured. Its own session has every
 * script announced besides, for which V8 hashes the source of all that is loaded, TypeScript's nine megabytes among it; and as it
 * loads it sets a flag, with which V8 takes no code that was kept compiled. See docs/decisions/186-functions-written-inline.md.
 */
import type { Session } from "node:inspector";

/** In place of the exports of the SDK's `runtime/closure/v8Hooks`; which file a script is of is not known. */
export function debuggerSession(): Record<PropertyKey, unknown> {
  let session: Session | undefined;
  const getSessionAsync = async () => {
    if (session === undefined) {
      // The SDK has just set it, for intrinsics that it has not used for long.
      process.getBuiltinModule("node:v8").setFlagsFromString("--no-allow-natives-syntax");
      const inspector = process.getBuiltinModule("node:inspector");
      session = new inspector.Session();
      session.connect();
    }
    return session;
  };
  return { getSessionAsync, isInitializedAsync: getSessionAsync, getScriptUrl: () => undefined };
}
