/** A small system to be watched: one function of each kind, and one of everything they use. */

import { Monitoring, type MonitoringArgs } from "../../../infra/monitoring/monitoring.ts";
import { AtlasDatabase } from "../../../packages/components/atlas-database.ts";
import { Bucket } from "../../../packages/components/bucket.ts";
import { DynamoTable } from "../../../packages/components/dynamo-table.ts";
import { BucketEventSource } from "../../../packages/components/event-source-bucket.ts";
import { HttpApi } from "../../../packages/components/http-api.ts";
import { LambdaFunction, type LambdaFunctionArgs } from "../../../packages/components/lambda-function.ts";
import { Queue } from "../../../packages/components/queue.ts";
import { type Declared, declare } from "../../../packages/components/tests/support/declare.ts";

const ENTRY = "packages/components/tests/fixtures/hello.ts";

export function watchedFunction(name: string, args: Partial<LambdaFunctionArgs> = {}): LambdaFunction {
  return new LambdaFunction(name, { entry: ENTRY, ...args });
}

/** The monitoring of `answer` (behind the API) and `batch` (called by the bucket). */
export function watched(args: Partial<MonitoringArgs> = {}): Promise<Declared> {
  return declare(() => {
    const answer = watchedFunction("answer", { reservedConcurrency: 7 });
    const batch = watchedFunction("batch", { timeout: 60 });
    const bucket = new Bucket("imports");
    new BucketEventSource("incoming", { bucket, function: batch, prefix: "", suffix: "" });
    new HttpApi("api", { routes: { "GET /": answer }, authorizer: { type: "open" } });
    new DynamoTable("orders", { partitionKey: { name: "id", type: "S" } });
    new Queue("changes");
    new AtlasDatabase("customers", {
      organizationId: "5f0c0ffee0c0ffee0c0ffee0",
      region: "eu-central-1",
      tier: "M0",
    });
    const monitoring = new Monitoring("monitoring", {
      region: "eu-central-1",
      dashboard: false,
      ...args,
    });
    return { dashboardUrl: monitoring.dashboardUrl ?? null };
  });
}
