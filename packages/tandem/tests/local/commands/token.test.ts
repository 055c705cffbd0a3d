import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLocalJWKSet, decodeJwt, jwtVerify } from "jose";
import { main } from "../../../cli/commands/token.ts";
import { LocalIssuer } from "../../../local/gateway/issuer/issuer.ts";
import { recordProgram } from "../../../program/record-program.ts";
import type { Recording } from "../../../program/recording.ts";

const AUTHORIZER = "aws:apigatewayv2/authorizer:Authorizer";

const PROGRAM = `
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
const api = new aws.apigatewayv2.Api("api", { protocolType: "HTTP" });
const declare = (name, issuer) => new aws.apigatewayv2.Authorizer(name, {
  apiId: api.id,
  authorizerType: "JWT",
  identitySources: ["$request.header.Authorization"],
  jwtConfiguration: { issuer, audiences: ["tandem"] },
});
const guard = declare("guard", "https://issuer.example.com/");
new aws.apigatewayv2.Route("route", {
  apiId: api.id, routeKey: "POST /barns", authorizationType: "JWT", authorizerId: guard.id, authorizationScopes: ["barns:write"],
});
if (pulumi.getStack() === "all") {
  const pool = new aws.cognito.UserPool("people");
  const client = new aws.cognito.UserPoolClient("web", { userPoolId: pool.id });
  new aws.apigatewayv2.Authorizer("people", {
    apiId: api.id,
    authorizerType: "JWT",
    identitySources: ["$request.header.Authorization"],
    jwtConfiguration: { issuer: pulumi.interpolate\`https://\${pool.endpoint}\`, audiences: [client.id] },
  });
  declare("other", "https://other.example.com/");
}
`;

describe("npm run token", () => {
  let cwd: string;
  const { log, error } = console;
  let stdout: string[];
  let stderr: string[];

  let all: Recording;

  before(async () => {
    cwd = mkdtempSync(path.join(tmpdir(), "token-"));
    symlinkSync(
      path.resolve(import.meta.dirname, "../../../../../node_modules"),
      path.join(cwd, "node_modules"),
    );
    writeFileSync(path.join(cwd, "package.json"), '{ "type": "module" }');
    writeFileSync(
      path.join(cwd, "Pulumi.yaml"),
      "name: token\nruntime:\n  name: nodejs\n  options: { typescript: false }\nmain: index.js\n",
    );
    writeFileSync(path.join(cwd, "index.js"), PROGRAM);
    for (const stack of ["dev", "all"])
      writeFileSync(path.join(cwd, `Pulumi.${stack}.yaml`), "config:\n  aws:region: eu-west-1\n");
    all = await recordProgram({ cwd, stack: "all" });
  });

  /** Asks it of a stack whose program has these authorizers alone. */
  const askOf = (authorizers: string[], ...args: string[]): Promise<number> =>
    main(["--cwd", cwd, "--stack", "some", ...args], async (asked) => {
      assert.deepEqual([asked.cwd, asked.stack], [cwd, "some"]);
      const { resources } = all;
      return {
        ...all,
        resources: resources.filter(({ type, name }) => type !== AUTHORIZER || authorizers.includes(name)),
      };
    });

  after(() => rmSync(cwd, { recursive: true }));

  beforeEach(() => {
    stdout = [];
    stderr = [];
    console.log = (line: string) => stdout.push(line);
    console.error = (line: string) => stderr.push(line);
  });

  afterEach(() => {
    Object.assign(console, { log, error });
  });

  it("prints a token of a user pool with the claims of its use, and of no other issuer", async () => {
    const ofPool = ["--authorizer", "people", "--use", "access", "--group", "keepers"];
    assert.equal(await askOf(["guard", "people"], ...ofPool), 0);
    const claims = decodeJwt(stdout[0] ?? "");
    assert.match(String(claims.iss), /^https:\/\/cognito-idp\.eu-west-1\.amazonaws\.com\/eu-west-1_\w{9}$/);
    assert.match(String(claims.client_id), /^\w{26}$/);
    assert.deepEqual([claims.token_use, claims["cognito:groups"]], ["access", ["keepers"]]);
    await assert.rejects(askOf(["guard"], "--use", "id"), /for tokens of a user pool; guard trusts https/);
    await assert.rejects(askOf([], ...ofPool, "--use", "both"), /--use both: a token is for access or id/);
  });

  it("prints a token of the local issuer with the issuer and audience that the program declares", async () => {
    const options = ["--cwd", cwd, "--scope", "barns:write", "--subject", "ann", "--expires", "15m"];
    assert.equal(await main(options), 0);
    assert.deepEqual([stdout.length, stderr], [1, []]);
    const issuer = await LocalIssuer.open(path.join(cwd, ".local/dev/issuer"));
    const { payload } = await jwtVerify(stdout[0] ?? "", createLocalJWKSet(issuer.publicKeys));
    const { iat = 0, exp = 0, ...claims } = payload;
    assert.deepEqual(claims, {
      iss: "https://issuer.example.com/",
      aud: "tandem",
      sub: "ann",
      scope: "barns:write",
    });
    assert.equal(exp - iat, 900);
  });

  it("says of a scope that no route asks for, and mints all the same", async () => {
    await askOf(["guard"], "--scope", "barns:wirte");
    assert.deepEqual(stderr, ["No route asks for barns:wirte: routes ask for barns:write."]);
    assert.equal(stdout.length, 1);
  });

  it("refuses where no route asks for tokens", async () => {
    await assert.rejects(askOf([]), {
      name: "UserError",
      message: /No route of stack some asks for a token/,
    });
  });

  it("asks which of several authorizers is meant", async () => {
    const two = ["guard", "other"];
    await assert.rejects(askOf(two), /with --authorizer: guard, other/);
    await assert.rejects(askOf(two, "--authorizer", "x"), /--authorizer x: stack some has guard, other/);
    assert.equal(await askOf(two, "--authorizer", "other"), 0);
  });

  it("refuses a time that it cannot read before anything is recorded", async () => {
    await assert.rejects(main(["--cwd", "/nowhere", "--expires", "soon"]), /--expires "soon"/);
  });
});
