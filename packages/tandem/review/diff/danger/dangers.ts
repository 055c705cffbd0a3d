/** What a reviewer must not overlook: data or protected resources that would be lost, and protection taken away. */

import type { RecordedResource } from "../../../program/recording.ts";
import type { Danger, ResourceChange } from "../diff.ts";
import { isProvider } from "../pseudo-resources.ts";
import type { ComparedResource } from "../resources.ts";
import type { Found } from "./found.ts";
import { ofDeletion, ofReplacement } from "./losses.ts";
import { ofExchanges, ofProvider } from "./moves.ts";
import { ofExpiry, ofIndexes, ofKeeper, ofSafeguards } from "./safeguards.ts";

/** @param kept what both programs have */
export function dangers(compared: readonly ComparedResource[], kept: readonly RecordedResource[]): Danger[] {
  const created = compared.flatMap(({ before, after }) => (before === undefined && after ? [after] : []));
  return [
    ...ofExchanges(compared).map(({ found, change }) => danger(found, change)),
    ...compared.flatMap((comparison) =>
      dangersOf(comparison, created, kept).map((found) => danger(found, comparison.change)),
    ),
  ];
}

function dangersOf(
  { change, before, after }: ComparedResource,
  created: readonly RecordedResource[],
  kept: readonly RecordedResource[],
): Found[] {
  if (before === undefined) return after === undefined ? [] : ofExpiry(after, undefined);
  if (after === undefined) return [...ofDeletion(before, created), ...ofKeeper(before)];
  if (isProvider(before.type)) return ofProvider(change, kept);
  return [
    ...ofReplacement(change, before),
    ...ofSafeguards(change, before),
    ...ofExpiry(after, before),
    ...ofIndexes(after, before),
  ];
}

function danger([kind, message]: Found, { type, name, urn }: ResourceChange): Danger {
  return { kind, type, name, urn, message };
}
