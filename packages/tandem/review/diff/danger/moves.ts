/** A provider that works elsewhere, or another provider for a resource: what it looked after is not where it will look. */

import { holdsData } from "../../../program/reading/holds-data.ts";
import { readTypeToken } from "../../../program/reading/type-token.ts";
import type { RecordedResource } from "../../../program/recording.ts";
import { choosesAccount } from "../../provider-facts/property-facts.ts";
import type { PropertyChange, ResourceChange } from "../diff.ts";
import { isProvider } from "../pseudo-resources.ts";
import type { ComparedResource } from "../resources.ts";
import { describe, type Found } from "./found.ts";

/**
 * Of a provider whose own properties change.
 * @param kept what both programs have, among it what the provider looks after
 */
export function ofProvider(change: ResourceChange, kept: readonly RecordedResource[]): Found[] {
  return change.properties.flatMap((property): Found[] => {
    const what = `${describe(change)} works elsewhere (${property.path}${fromTo(property)})`;
    if (property.replaces) {
      const holders = kept.filter((resource) => holdsData(resource.type) && isLookedAfter(resource, change));
      return [
        [
          "moved",
          `${what}: every resource it looks after is deleted and created anew there${withData(holders)}.`,
        ],
      ];
    }
    return choosesAccount(property.path)
      ? [
          [
            "moved",
            `${what}: what it looks after is not in another account; the deployment fails, or creates it anew there.`,
          ],
        ]
      : [];
  });
}

function isLookedAfter(
  { type, provider }: RecordedResource,
  { type: providerType, name, urn }: ResourceChange,
): boolean {
  if (provider !== undefined) return provider.startsWith(`${urn}::`);
  return name === "default" && `pulumi:providers:${readTypeToken(type).provider}` === providerType;
}

function withData(holders: readonly RecordedResource[]): string {
  if (holders.length === 0) return "";
  const names = holders.map(describe);
  const shown = names.length > 6 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
  return `, and what is in ${shown.join(", ").replace(/, ([^,]*)$/, " and $1")} is lost`;
}

function fromTo({ before, after, secret }: PropertyChange): string {
  const plain = [before, after].every((value) => typeof value === "string");
  return plain && !secret ? ` ${String(before)} → ${String(after)}` : "";
}

/** One sentence for all resources that go from one provider to another one that works elsewhere. */
export function ofExchanges(
  compared: readonly ComparedResource[],
): { found: Found; change: ResourceChange }[] {
  const moved = compared.flatMap(({ change }) => {
    const exchange = change.properties.find(
      ({ path, elsewhere }) => path === "options.provider" && elsewhere,
    );
    return exchange === undefined || isProvider(change.type) ? [] : [{ change, exchange }];
  });
  const groups = Map.groupBy(moved, ({ exchange }) =>
    JSON.stringify([exchange.before, exchange.after, exchange.elsewhere]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined
      ? []
      : [
          {
            change: first.change,
            found: exchangeOf(
              group.map(({ change }) => change),
              first.exchange,
            ),
          },
        ];
  });
}

function exchangeOf(
  changes: readonly ResourceChange[],
  { before, after, elsewhere, replaces }: PropertyChange,
): Found {
  const names = changes.map(describe);
  const who =
    names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
  const [is, it, are] = names.length === 1 ? ["is", "it", "is"] : ["are", "they", "are"];
  const lost = changes.some(({ type }) => holdsData(type)) ? "; everything in it is lost" : "";
  const end = replaces
    ? `${it} ${are} deleted and created anew there${lost}`
    : `${it} ${are} not found there; the deployment fails, or creates anew`;
  return [
    "moved",
    `${who} ${is} given from ${providerName(before)} to ${providerName(after)}, which works elsewhere (${elsewhere}): ${end}.`,
  ];
}

function providerName(value: unknown): string {
  return typeof value === "string" ? `provider "${value}"` : "the default provider";
}
