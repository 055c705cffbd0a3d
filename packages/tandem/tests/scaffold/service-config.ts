/** What tests of services read of Pulumi.yaml and of the settings of stages. */
import { readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../../..");

/** Name of this project, whatever it is called by now. */
export const own = (JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { name: string })
  .name;

export interface Manifest {
  config: Record<string, { default?: unknown }>;
  template?: { config: Record<string, { default?: unknown }> };
}

/** In a service that the Pulumi CLI has made or configured they are long. */
export const shortKeys = (config: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key.startsWith(`${own}:`) ? key.slice(own.length + 1) : key,
      value,
    ]),
  );
