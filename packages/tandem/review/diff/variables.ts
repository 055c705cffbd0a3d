/** Environment variables of functions that came, went or changed. */

import { isKind, plainObject } from "../../program/reading/value.ts";
import type { RecordedResource, Values } from "../../program/recording.ts";
import { canonical } from "../values/canonical.ts";
import type { VariableChange } from "./diff.ts";
import type { Pair } from "./match.ts";
import type { Translate } from "./properties.ts";
import { shown } from "./shown.ts";

const PLACE = { type: "", path: "" };

export function compareVariables({ before, after }: Pair, translate: Translate): VariableChange[] {
  const old = variablesOf(before);
  const now = variablesOf(after);
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].sort().flatMap((name) => {
    const [from, to] = [old[name], now[name]];
    if (
      from !== undefined &&
      to !== undefined &&
      translate(canonical(from, PLACE)) === canonical(to, PLACE)
    ) {
      return [];
    }
    return [
      {
        function: after.name,
        name,
        ...(from !== undefined && { before: shown(from) }),
        ...(to !== undefined && { after: shown(to) }),
        ...((isKind(from, "secret") || isKind(to, "secret")) && { secret: true as const }),
      },
    ];
  });
}

/** Variables that are a secret as a whole are told as one change of the property. */
function variablesOf({ inputs }: RecordedResource): Values {
  return plainObject(plainObject(inputs.environment)?.variables) ?? {};
}
