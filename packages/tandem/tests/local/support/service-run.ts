/** What a suite starts of a recorded program: IAM, the services under test, and clients of them. */
import { type Credentials, operatorCredentials } from "../../../local/iam/credentials.ts";
import { IamService } from "../../../local/iam/service.ts";
import type { Service } from "../../../local/service.ts";
import { REGION, type TestContext } from "../iam/recordings.ts";

interface ClientSettings {
  endpoint: string;
  region: string;
  credentials: Credentials;
  maxAttempts: number;
}

/**
 * To be called in a `describe`. After each test, or after all of a block that shares what it starts, the clients end, then the
 * services, the last first.
 */
export function serviceRun({ lasts = "test" }: { lasts?: "test" | "block" } = {}) {
  let context: TestContext;
  const contexts = new Set<TestContext>();
  const running: Service[] = [];
  const clients: { destroy(): void }[] = [];

  async function stop(): Promise<void> {
    for (const service of running.splice(0).reverse()) await service.stop();
  }

  (lasts === "test" ? afterEach : after)(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await stop();
    for (const begun of contexts) begun.remove();
    contexts.clear();
  });

  return {
    get context(): TestContext {
      return context;
    },
    /** In a context that began before, it is the next start of the same folder. */
    async begin(begun: TestContext): Promise<IamService> {
      context = begun;
      contexts.add(begun);
      const iam = new IamService();
      await iam.start(context);
      return iam;
    },
    /** In their order. One that fails to start is stopped all the same. */
    async start(...services: Service[]): Promise<void> {
      for (const service of services) {
        running.push(service);
        await service.start(context);
      }
    },
    stop,
    /** `variable`: that a function has the address by, e.g. `AWS_ENDPOINT_URL_S3`. */
    client<C extends { destroy(): void }>(
      variable: string,
      make: (settings: ClientSettings) => C,
      credentials: Credentials = operatorCredentials,
      region = REGION,
    ): C {
      const endpoint = context.addresses.variables()[variable] ?? "";
      const client = make({ endpoint, region, credentials, maxAttempts: 1 });
      clients.push(client);
      return client;
    },
  };
}
