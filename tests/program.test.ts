// #region books, movies
/**
 * The whole program as each stack declares it. Only config stands between the two.
 *
 * Books and films are named here, what a person adds is not: it keeps what holds of everything, and nothing of it breaks a
 * case. Nor does a setting that is theirs to choose.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { Declared, statements } from "../packages/components/tests/support/declare.ts";
import { recordProgram } from "../packages/tandem/program/record-program.ts";
import type { Values } from "../packages/tandem/program/recording.ts";
import { recordedOnce } from "../packages/tandem/tests/support/recordings.ts";

const LAMBDA = "aws:lambda/function:Function";
const CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const bookFunctions = ["createBook", "deleteBook", "readBook", "readBooks", "updateBook"];
const movieFunctions = ["deleteMovie", "putMovie", "readMovie", "readMovies", "updateMovie"];
const batchFunctions = ["changeMovies", "importMovies", "reportMovies"];
const allFunctions = [...bookFunctions, ...movieFunctions, ...batchFunctions, "hello", "readOpenapi"].sort();

/** What holds data that nothing else has. */
const stateful = [
  "aws:dynamodb/table:Table",
  "aws:s3/bucket:Bucket",
  "mongodbatlas:index/project:Project",
  CLUSTER,
];

/** Physical names that a person would look for, by the input that holds them. */
const named = {
  "aws:lambda/function:Function": "name",
  "aws:iam/role:Role": "name",
  "aws:dynamodb/table:Table": "name",
  "aws:apigatewayv2/api:Api": "name",
  "aws:sqs/queue:Queue": "name",
  "aws:s3/bucket:Bucket": "bucket",
  "mongodbatlas:index/project:Project": "name",
  "mongodbatlas:index/advancedCluster:AdvancedCluster": "name",
} as const;

const defaults = parse(readFileSync("Pulumi.yaml", "utf8")).config as Record<string, { default?: unknown }>;
const stacks = { dev: await recordStack("dev"), prod: await recordStack("prod") };

for (const [stage, program] of Object.entries(stacks)) {
  describe(`the program, stack ${stage}`, () => {
    it("has every function, each with a role, a log group and an alias of its own", () => {
      const names = program.names(LAMBDA).sort();
      assertAmong(names, allFunctions);
      assert.deepEqual(program.names("tandem:aws:FunctionRole").sort(), names);
      assert.deepEqual(
        program.names("aws:lambda/alias:Alias").sort(),
        names.map((name) => `${name}-alias`),
      );
      const roles = program.all(LAMBDA).map(({ inputs }) => inputs.role);
      assert.equal(new Set(roles).size, names.length);
    });

    it("runs all of them on Node 24 and arm64, traced", () => {
      for (const { inputs } of program.all(LAMBDA)) {
        assert.partialDeepStrictEqual(inputs, {
          runtime: "nodejs24.x",
          architectures: ["arm64"],
          tracingConfig: { mode: "Active" },
        });
      }
    });

    it("gives each function the variables of its links and no other", () => {
      const always = ["POWERTOOLS_LOG_LEVEL", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_SERVICE_NAME"];
      const books = ["AWS_STS_REGIONAL_ENDPOINTS", "BOOKS_MONGODB_URI"];
      const expected: Record<string, string[]> = {
        hello: [],
        readOpenapi: [],
        createBook: [...books, "IDEMPOTENCY_TABLE"],
        readBooks: books,
        readBook: books,
        updateBook: books,
        deleteBook: books,
        ...Object.fromEntries(movieFunctions.map((name) => [name, ["MOVIES_TABLE"]])),
        importMovies: ["IMPORTS_BUCKET", "MOVIES_TABLE"],
        changeMovies: ["CHANGES_QUEUE_URL", "MOVIES_TABLE"],
        reportMovies: ["MOVIES_TABLE", "REPORTS_TABLE"],
      };
      for (const [name, linked] of Object.entries(expected)) {
        assert.deepEqual(
          variablesOf(program.inputs(LAMBDA, name)).sort(),
          [...always, ...linked].sort(),
          name,
        );
      }
    });

    it("admits the roles of functions that are linked to books, and of no others, to the database", () => {
      const users = program.all("mongodbatlas:index/databaseUser:DatabaseUser");
      const access = Object.fromEntries(
        users.map(({ name, inputs }) => [name, (inputs.roles as { roleName: string }[])[0]?.roleName]),
      );
      assert.partialDeepStrictEqual(access, {
        "createBook-books-user": "readWrite",
        "readBooks-books-user": "read",
        "readBook-books-user": "read",
        "updateBook-books-user": "readWrite",
        "deleteBook-books-user": "readWrite",
      });
      const linked = program.names(LAMBDA).filter((name) => usesBooks(program, name));
      assert.deepEqual(Object.keys(access).sort(), linked.map((name) => `${name}-books-user`).sort());
      for (const { inputs } of users) {
        assert.equal(inputs.awsIamType, "ROLE");
        assert.equal(inputs.password, undefined);
      }
    });

    it("has no wildcard but for calls that know no resources", () => {
      const wild = program.all("aws:iam/rolePolicy:RolePolicy").flatMap(({ inputs }) =>
        statements(inputs.policy)
          .filter(({ Effect, Resource }) => Effect === "Allow" && [Resource].flat().includes("*"))
          .flatMap(({ Action }) => [Action].flat()),
      );
      const services = new Set(wild.map((action) => String(action).split(":")[0]));
      assert.deepEqual([...services].sort(), stage === "prod" ? ["ec2", "xray"] : ["xray"]);
      assert.ok(wild.every((action) => !String(action).includes("*")));
    });

    it("calls everything by service and stage", () => {
      for (const [type, key] of Object.entries(named)) {
        for (const { name, inputs } of program.all(type)) {
          assert.match(String(inputs[key]), new RegExp(`^tandem-${stage}-`), `${type} ${name}`);
        }
      }
    });

    it("tags everything by the provider", () => {
      const { tags } = program.recording.config["aws:defaultTags"] as { tags: Record<string, string> };
      assert.partialDeepStrictEqual(tags, { service: "tandem", stage });
      assert.ok(tags.owner && tags.repository);
    });

    it("tells what a person or a script needs", () => {
      const { outputs } = program.recording;
      assert.deepEqual([outputs.service, outputs.stage, outputs.region], ["tandem", stage, program.region]);
      assert.match(String(outputs.apiUrl), /^https:\/\//);
      assert.deepEqual(Object.keys(outputs.functions as object).sort(), program.names(LAMBDA).sort());
      assert.deepEqual(
        Object.keys(outputs.tables as object).sort(),
        program.names("tandem:aws:DynamoTable").sort(),
      );
      assert.partialDeepStrictEqual(outputs.tables, {
        movies: `tandem-${stage}-movies`,
        idempotency: `tandem-${stage}-idempotency`,
        reports: `tandem-${stage}-reports`,
      });
      assert.deepEqual(outputs.databases, { books: "books" });
      assert.match(
        String(outputs.connectionString),
        /^mongodb\+srv:\/\/[^@]+\/books\?authMechanism=MONGODB-AWS&/,
      );
    });

    it("answers on every endpoint with the function it names", () => {
      const endpoints = program.recording.outputs.endpoints as Record<
        "method" | "path" | "function",
        string
      >[];
      const lines = endpoints.map(({ method, path, function: name }) => `${method} ${path} ${name}`);
      assert.equal(lines.length, program.all("aws:apigatewayv2/route:Route").length);
      assertAmong(lines, [
        "GET /hello hello",
        "POST /books createBook",
        "GET /books readBooks",
        "GET /books/{id} readBook",
        "PATCH /books/{id} updateBook",
        "DELETE /books/{id} deleteBook",
        "GET /movies readMovies",
        "GET /movies/{year}/{title+} readMovie",
        "PUT /movies/{year}/{title+} putMovie",
        "PATCH /movies/{year}/{title+} updateMovie",
        "DELETE /movies/{year}/{title+} deleteMovie",
        "GET /openapi.json readOpenapi",
      ]);
    });
  });
}

describe("the program, stack dev alone", () => {
  const { dev } = stacks;

  it("takes the free tier, open to the functions' changing addresses", () => {
    assert.partialDeepStrictEqual(dev.inputs(CLUSTER).replicationSpecs, [
      { regionConfigs: [{ providerName: "TENANT", electableSpecs: { instanceSize: "M0" } }] },
    ]);
    const list = dev.all("mongodbatlas:index/projectIpAccessList:ProjectIpAccessList");
    assert.deepEqual(
      list.map(({ inputs }) => inputs.cidrBlock),
      ["0.0.0.0/0"],
    );
  });

  it("has no network, no backup of the cluster and no reserved concurrency", () => {
    const counts = dev.counts();
    for (const type of [
      "awsx:ec2:Vpc",
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "aws:ec2/flowLog:FlowLog",
      "mongodbatlas:index/privateLinkEndpoint:PrivateLinkEndpoint",
      "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule",
      "mongodbatlas:index/alertConfiguration:AlertConfiguration",
      "aws:apigatewayv2/authorizer:Authorizer",
      "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
    ]) {
      assert.equal(counts[type], undefined, type);
    }
    for (const { inputs } of dev.all(LAMBDA)) {
      assert.equal(inputs.reservedConcurrentExecutions, undefined);
      assert.equal(inputs.vpcConfig, undefined);
    }
  });

  it("protects nothing, so that it can be thrown away", () => {
    assert.deepEqual(
      dev.recording.resources.filter(({ protect }) => protect),
      [],
    );
  });

  it("keeps logs for as long as its settings say, two weeks where they say nothing", () => {
    assert.deepEqual(retentions(dev), [dev.setting("logRetentionDays")]);
    assert.equal(defaults.logRetentionDays?.default, 14);
  });
});

describe("the program, stack prod alone", () => {
  const { prod } = stacks;

  it("takes a dedicated tier that may grow, and nobody comes over the internet", () => {
    const instanceSize = prod.setting("atlasTier");
    const autoScaling = {
      computeMinInstanceSize: instanceSize,
      computeMaxInstanceSize: prod.setting("atlasTierCeiling"),
    };
    assert.partialDeepStrictEqual(prod.inputs(CLUSTER).replicationSpecs, [
      { regionConfigs: [{ electableSpecs: { instanceSize, nodeCount: 3 }, autoScaling }] },
    ]);
    assert.deepEqual(prod.names("mongodbatlas:index/projectIpAccessList:ProjectIpAccessList"), []);
    assert.equal(prod.all("mongodbatlas:index/alertConfiguration:AlertConfiguration").length, 2);
  });

  it("has a network in which functions linked to books live, and only they", () => {
    assert.equal(prod.inputs("awsx:ec2:Vpc").numberOfAvailabilityZones, prod.setting("networkZones"));
    const inside = prod.all(LAMBDA).filter(({ inputs }) => inputs.vpcConfig !== undefined);
    const names = inside.map(({ name }) => name).sort();
    assertAmong(names, bookFunctions);
    assert.deepEqual(
      names,
      prod
        .names(LAMBDA)
        .filter((name) => usesBooks(prod, name))
        .sort(),
    );
    assert.equal(
      prod.all("mongodbatlas:index/privateLinkEndpointService:PrivateLinkEndpointService").length,
      1,
    );
  });

  it("opens nothing inward but the endpoint to the functions", () => {
    const rules = prod.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    assert.deepEqual(
      rules.map(({ name }) => name),
      ["books-link-from-functions"],
    );
    assert.equal(rules[0]?.inputs.cidrIpv4, undefined);
  });

  it("reserves executions for each function", () => {
    const reserved = prod.setting("reservedConcurrency");
    assert.ok(Number(reserved) > 0);
    for (const { name, inputs } of prod.all(LAMBDA))
      assert.equal(inputs.reservedConcurrentExecutions, reserved, name);
  });

  it("protects all that holds data", () => {
    const unprotected = prod.recording.resources.filter(
      ({ type, protect }) => stateful.includes(type) && !protect,
    );
    assert.deepEqual(
      unprotected.map(({ name }) => name),
      [],
    );
    for (const { inputs } of prod.all("aws:dynamodb/table:Table")) {
      assert.equal(inputs.deletionProtectionEnabled, true);
      assert.deepEqual(inputs.pointInTimeRecovery, { enabled: true });
    }
  });

  it("protects what keeps old versions and backups with it", () => {
    const keepers = [
      "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule",
      "aws:s3/bucketVersioning:BucketVersioning",
    ];
    for (const type of keepers) {
      const all = prod.all(type);
      assert.ok(all.length > 0 && all.every(({ protect }) => protect), type);
    }
    for (const { inputs } of prod.all("aws:s3/bucket:Bucket")) assert.equal(inputs.forceDestroy, false);
  });

  it("asks for a token on every route but two that only read", () => {
    const routes = prod.all("aws:apigatewayv2/route:Route");
    const open = routes
      .filter(({ inputs }) => inputs.authorizationType !== "JWT")
      .map(({ inputs }) => inputs.routeKey);
    assert.deepEqual(open.sort(), ["GET /hello", "GET /openapi.json"]);
    const scopes = routes.map(({ inputs }) => [inputs.routeKey, inputs.authorizationScopes] as const);
    assert.partialDeepStrictEqual(Object.fromEntries(scopes), {
      "POST /books": ["books:write"],
      "GET /books": ["books:read"],
      "GET /books/{id}": ["books:read"],
      "PATCH /books/{id}": ["books:write"],
      "DELETE /books/{id}": ["books:write"],
      "GET /movies": ["movies:read"],
      "GET /movies/{year}/{title+}": ["movies:read"],
      "PUT /movies/{year}/{title+}": ["movies:write"],
      "PATCH /movies/{year}/{title+}": ["movies:write"],
      "DELETE /movies/{year}/{title+}": ["movies:write"],
    });
  });

  it("keeps logs for as long as its settings say, a year at least", () => {
    const days = prod.setting("logRetentionDays");
    assert.ok(Number(days) >= 365);
    assert.deepEqual(retentions(prod), [days]);
  });

  it("can be previewed before anything of it exists", async () => {
    const preview = new Declared(
      await recordProgram({ cwd: process.cwd(), stack: "prod", bundle: false, preview: true }),
    );
    assert.deepEqual(preview.counts(), prod.counts());
    assert.deepEqual(preview.recording.outputs.connectionString, { $: "unknown" });
  });
});

describe("two stages in one account", () => {
  it("share no physical name", () => {
    const [dev, prod] = [physicalNames(stacks.dev), physicalNames(stacks.prod)];
    assert.ok(dev.size > 40 && prod.size > dev.size);
    assert.deepEqual(
      [...dev].filter((name) => prod.has(name)),
      [],
    );
  });
});

/** Each of `wanted` is there, whatever else is. */
function assertAmong(there: string[], wanted: string[]): void {
  assert.deepEqual(
    wanted.filter((one) => !there.includes(one)),
    [],
  );
}

function variablesOf({ environment }: Values): string[] {
  return Object.keys((environment as { variables: object }).variables);
}

function usesBooks(program: Declared, name: string): boolean {
  return variablesOf(program.inputs(LAMBDA, name)).includes("BOOKS_MONGODB_URI");
}

async function recordStack(stack: string): Promise<Declared> {
  return new Declared(await recordedOnce({ cwd: process.cwd(), stack }));
}

function retentions(program: Declared): unknown[] {
  return [
    ...new Set(program.all("aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) => inputs.retentionInDays)),
  ];
}

function physicalNames(program: Declared): Set<string> {
  const resources = program.recording.resources.filter(({ type }) => type in named);
  return new Set(resources.map(({ type, inputs }) => `${type} ${inputs[named[type as keyof typeof named]]}`));
}
