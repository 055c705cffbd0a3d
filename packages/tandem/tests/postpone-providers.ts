/**
 * Components that run in a test's own process find the SDK and the providers as a recorded program does: else Node loads all
 * of them, 0.3 s of processor time for each file of tests.
 */
import { createRequire } from "node:module";
import { postponeSeldomUsed } from "../program/postpone.ts";

const { cache, resolve } = createRequire(import.meta.url);

/** Nothing is done until the first provider is imported, which few files of tests do. */
export function postponeProviders(): void {
  const files = ["@pulumi/aws", "@pulumi/awsx", "@pulumi/mongodbatlas"].map((name) => resolve(name));
  const postpone = () => {
    for (const file of files) delete cache[file];
    postponeSeldomUsed(process.cwd());
  };
  // Node looks for a module here before it loads it.
  for (const file of files) {
    Object.defineProperty(cache, file, {
      configurable: true,
      get() {
        postpone();
        return cache[file];
      },
    });
  }
}
