/** What the local run does with each resource of Lambda that concerns workers. */

import { text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import type { Parity } from "../service.ts";
import { EVENT_CONFIG } from "./event-config.ts";
import { codeOf, LAYER } from "./layers.ts";
import { findPython, isPython } from "./python/interpreter.ts";
import { ALIAS, FUNCTION, nodeMajor, whyNotRunnable } from "./settings.ts";

const fixed: Record<string, Parity> = {
  [ALIAS]: {
    state: "realised",
    reason: "the function by another name; weights between versions are not applied",
  },
  [EVENT_CONFIG]: { state: "realised", reason: "retries come sooner than in the cloud" },
  "aws:lambda/codeSigningConfig:CodeSigningConfig": {
    state: "recorded only",
    reason: "signatures of code are checked by the cloud",
  },
};

export function workersParity(resource: RecordedResource, recording: Recording): Parity | undefined {
  if (resource.type === LAYER && !resource.read) {
    const code = codeOf(resource, recording);
    return "why" in code
      ? { state: "unsupported", reason: code.why }
      : { state: "realised", reason: "what functions see as /opt; packages of it are found by require" };
  }
  if (resource.type !== FUNCTION || resource.read) return resource.read ? undefined : fixed[resource.type];
  const reason = whyNotRunnable(resource, recording);
  if (reason) return { state: "unsupported", reason };
  const runtime = text(resource.inputs.runtime) ?? "";
  if (isPython(runtime)) {
    const version = findPython(runtime, recording.cwd)?.version;
    const other = runtime === `python${version}` ? "" : `, on Python ${version} instead of ${runtime}`;
    return { state: "realised", reason: `runs in processes of their own${other}; memory is not limited` };
  }
  const here = process.versions.node.split(".")[0];
  const node = String(nodeMajor(runtime)) === here ? "" : `, on Node.js ${here} instead of ${runtime}`;
  return { state: "realised", reason: `runs in worker threads${node}` };
}
