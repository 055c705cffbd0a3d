/**
 * Components that run in a test's own process find the providers as a recorded program does. An ES module that imports
 * `@pulumi/aws` loads all its services else: 0.3 s of processor time for each file of tests.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { postponeProviders } from "../program/postpone.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const { cache, resolve } = createRequire(path.join(root, "package.json"));

/** Nothing is done until the first of them is imported, which few files of tests do. */
export function postponeProvidersOnceImported(): void {
  const files = ["@pulumi/aws", "@pulumi/awsx", "@pulumi/mongodbatlas"].map((name) => resolve(name));
  const postpone = () => {
    for (const file of files) delete cache[file];
    postponeProviders(root);
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
