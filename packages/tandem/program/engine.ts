/** Receives what a program logs through `pulumi.log`, and the few other calls the SDK makes to its engine. */
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import type { Recording } from "./recording.ts";
import type { Sdk } from "./sdk.ts";

export type Diagnostic = Recording["diagnostics"][number];

type Answer = (error: Error | null, response: object) => void;

const SEVERITIES = ["debug", "info", "warning", "error"] as const;

/**
 * The SDK makes its engine client from an address and offers no other way in, so the function that hands the client out
 * is replaced until `stop`.
 */
export function listenToLog(sdk: Sdk): { diagnostics: Diagnostic[]; stop: () => void } {
  const diagnostics: Diagnostic[] = [];
  const engine = {
    log(request: LogRequest, answer: Answer) {
      const severity = SEVERITIES[request.getSeverity()] ?? "error";
      // Debug lines are the SDK's own chatter, hundreds a program.
      if (severity !== "debug") {
        const urn = request.getUrn();
        diagnostics.push({ severity, message: request.getMessage(), ...(urn === "" ? {} : { urn }) });
      }
      answer(null, {});
    },
    setRootResource: (_request: unknown, answer: Answer) => answer(null, {}),
    requirePulumiVersion: (_request: unknown, answer: Answer) => answer(null, {}),
  };
  const settings = sdk.settings as { getEngine: () => unknown };
  const original = settings.getEngine;
  settings.getEngine = () => engine;
  return {
    diagnostics,
    stop() {
      settings.getEngine = original;
    },
  };
}
