/**
 * Before the first test: a MongoDB and a browser for this machine. To download or build one takes longer than any test may.
 * After the last: what files of one process share ends, whoever called mocha.
 */
import { endWithWhatIsShared } from "../cli/tests/nothing-left.ts";
import { findBinary } from "../local/mongodb/find-binary.ts";
import { browserPath } from "./console/browser-path.ts";
import { postponeProviders } from "./postpone-providers.ts";

postponeProviders();

export async function mochaGlobalSetup(): Promise<void> {
  await browserPath();
  const { MONGODB_URI, API_URL } = process.env;
  if (MONGODB_URI || API_URL) return;
  try {
    await findBinary({ environment: process.env, log: (line) => console.error(line) });
  } catch (error) {
    // Most tests need none, and those that do fail with the same words.
    console.error(error instanceof Error ? error.message : error);
  }
}

export const mochaGlobalTeardown = endWithWhatIsShared;
