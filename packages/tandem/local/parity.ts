/** Says of every declared resource what the local run does with it; nothing is skipped in silence. */
import type { RecordedResource, Recording } from "../program/recording.ts";
import { recordedOnly } from "./recorded-only.ts";
import type { Parity, ParityState, Service } from "./service.ts";

export interface ParityRow extends Parity {
  type: string;
  name: string;
  urn: string;
}

/** One row a type, for a table a person reads. */
export interface ParityGroup extends Parity {
  type: string;
  count: number;
}

const unknownType: Parity = { state: "unsupported", reason: "the local run does not know this type" };

/**
 * A row for every resource that would be created in a cloud. Local components are left out: they are their children;
 * remote components stay, since they do not expand here.
 */
export function parityRows(recording: Recording, services: readonly Service[]): ParityRow[] {
  return recording.resources
    .filter(
      (resource) => (resource.custom || resource.remote) && !resource.type.startsWith("pulumi:providers:"),
    )
    .map((resource) => ({
      type: resource.type,
      name: resource.name,
      urn: resource.urn,
      ...parityOf(resource, recording, services),
    }));
}

function parityOf(resource: RecordedResource, recording: Recording, services: readonly Service[]): Parity {
  for (const service of services) {
    const parity = service.parity(resource, recording);
    if (parity) return parity;
  }
  return recordedOnly(resource) ?? unknownType;
}

export function groupByType(rows: readonly ParityRow[]): ParityGroup[] {
  const groups = new Map<string, ParityGroup>();
  for (const { type, state, reason } of rows) {
    const key = `${type} ${state} ${reason}`;
    const group = groups.get(key) ?? { type, state, reason, count: 0 };
    group.count += 1;
    groups.set(key, group);
  }
  const order: ParityState[] = ["unsupported", "realised", "recorded only"];
  return [...groups.values()].sort(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.type.localeCompare(b.type),
  );
}

export function countByState(rows: readonly ParityRow[]): Record<ParityState, number> {
  const counts: Record<ParityState, number> = { realised: 0, "recorded only": 0, unsupported: 0 };
  for (const { state } of rows) counts[state] += 1;
  return counts;
}
