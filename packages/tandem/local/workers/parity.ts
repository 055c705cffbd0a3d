/** What the local run does with each resource of Lambda that concerns workers. */

import { text } from "../../program/reading/value.ts";
import type { RecordedResource } from "../../program/recording.ts";
import type { Parity } from "../service.ts";
import { EVENT_CONFIG } from "./event-config.ts";
import { ALIAS, FUNCTION, nodeMajor, whyNotRunnable } from "./settings.ts";

const fixed: Record<string, Parity> = {
  [ALIAS]: {
    state: "realised",
    reason: "the function by another name; weights between versions are not applied",
  },
  [EVENT_CONFIG]: { state: "realised", reason: "retries come sooner than in the cloud" },
  "aws:lambda/layerVersion:LayerVersion": { state: "unsupported", reason: "layers are not unpacked here" },
  "aws:lambda/codeSigningConfig:CodeSigningConfig": {
    state: "recorded only",
    reason: "signatures of code are checked by the cloud",
  },
};

export function workersParity(resource: RecordedResource): Parity | undefined {
  if (resource.type !== FUNCTION || resource.read) return resource.read ? undefined : fixed[resource.type];
  const reason = whyNotRunnable(resource);
  if (reason) return { state: "unsupported", reason };
  const runtime = text(resource.inputs.runtime) ?? "";
  const here = process.versions.node.split(".")[0];
  const node = String(nodeMajor(runtime)) === here ? "" : `, on Node.js ${here} instead of ${runtime}`;
  return { state: "realised", reason: `runs in worker threads${node}` };
}
