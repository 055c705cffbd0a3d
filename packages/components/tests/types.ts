/**
 * What must not compile. tsc reads this file; each line that it accepted although it should not is an error there
 * ("Unused '@ts-expect-error' directive"). Nothing runs it.
 */
import { AtlasDatabase } from "../atlas-database.ts";
import { DynamoTable } from "../dynamo-table.ts";
import { HttpApi } from "../http-api.ts";
import { LambdaFunction } from "../lambda-function.ts";

export function mistakes(): void {
  const visits = new DynamoTable("visits", { partitionKey: { name: "year", type: "N" } });
  const orders = new AtlasDatabase("orders", { organizationId: "5f0c", region: "eu-central-1", tier: "M0" });
  const hello = new LambdaFunction("hello", { entry: "packages/components/tests/fixtures/hello.ts" });

  // @ts-expect-error a table has no such link
  new LambdaFunction("a", { entry: "a.ts", links: [visits.readwrite] });

  // @ts-expect-error a database is reached through one of its links, not as it is
  new LambdaFunction("b", { entry: "b.ts", links: [orders] });

  // @ts-expect-error there is no such option
  new LambdaFunction("c", { entry: "c.ts", memory: 512 });

  // @ts-expect-error a function needs its handler file
  new LambdaFunction("d", {});

  // @ts-expect-error DynamoDB has no such type of key
  new DynamoTable("e", { partitionKey: { name: "year", type: "number" } });

  // @ts-expect-error Atlas has no such tier
  new AtlasDatabase("f", { organizationId: "5f0c", region: "eu-central-1", tier: "M15" });

  // @ts-expect-error a route begins with a method
  new HttpApi("g", { authorizer: { type: "open" }, routes: { "/hello": hello } });

  // @ts-expect-error there is no such method
  new HttpApi("h", { authorizer: { type: "open" }, routes: { "FETCH /hello": hello } });

  // @ts-expect-error a route leads to a function
  new HttpApi("i", { authorizer: { type: "open" }, routes: { "GET /hello": visits } });

  // @ts-expect-error a token needs an issuer
  new HttpApi("j", { authorizer: { type: "jwt", audience: ["tandem"] }, routes: {} });
}
