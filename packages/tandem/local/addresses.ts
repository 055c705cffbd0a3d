/** What the recorded program calls by a cloud address, and how that is called on this machine. */
import type { Addresses } from "./service.ts";

export function createAddresses(): Addresses {
  const replacements = new Map<string, string>();
  const rules: ((value: string) => string)[] = [];
  const variables: Record<string, string> = {};
  const plainPorts: Record<string, number> = {};
  return {
    replace(cloud, local) {
      replacements.set(cloud, local);
    },
    rewrite(rule) {
      rules.push(rule);
    },
    variable(name, value) {
      variables[name] = value;
    },
    withoutTls(hosts, port) {
      for (const host of hosts) plainPorts[host] = port;
    },
    plainPorts: () => ({ ...plainPorts }),
    variables: () => ({ ...variables }),
    apply(value) {
      // Longer first, so that an address that begins with another is not cut in two.
      const ordered = [...replacements].sort(([a], [b]) => b.length - a.length);
      const replaced = ordered.reduce((text, [cloud, local]) => text.replaceAll(cloud, local), value);
      return rules.reduce((text, rule) => rule(text), replaced);
    },
  };
}
