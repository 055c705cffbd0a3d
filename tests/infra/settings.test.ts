import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { parse } from "yaml";
import { readSettings, type Settings } from "../../infra/settings.ts";
import { asDeployed, declare } from "../../packages/components/tests/support/declare.ts";
import { record } from "../../packages/tandem/program/record.ts";
import type { Value } from "../../packages/tandem/program/recording.ts";

type Config = Record<string, Value>;

function tags(stage: string): Config {
  return {
    "aws:defaultTags": { tags: { service: "tandem", stage, owner: "team", repository: "example/tandem" } },
  };
}

/** What Pulumi.yaml gives where a stack says nothing. */
const defaults: Config = {
  production: false,
  logLevel: "INFO",
  logRetentionDays: 14,
  reservedConcurrency: 0,
  provisionedConcurrency: 0,
  atlasTier: "M0",
  atlasTierCeiling: "",
  atlasAccess: [],
  networkZones: 0,
  networkCidr: "10.20.0.0/16",
  authorizer: "open",
  jwtIssuer: "",
  jwtAudience: [],
  corsOrigins: [],
  rateLimit: 50,
  burstLimit: 100,
  domainName: "",
  domainZone: "",
  alarmEmail: "",
  dashboard: true,
  reportSchedule: "cron(0 2 * * ? *)",
};

const valid: Config = {
  ...defaults,
  ...tags("dev"),
  atlasOrganization: "5f0c0ffee0c0ffee0c0ffee0",
  atlasAccess: ["203.0.113.0/24"],
};

const production: Config = {
  ...valid,
  ...tags("prod"),
  production: true,
  reservedConcurrency: 50,
  atlasTier: "M30",
  atlasTierCeiling: "M50",
  atlasAccess: [],
  networkZones: 3,
  authorizer: "jwt",
  jwtIssuer: "https://issuer.example.com/",
  jwtAudience: ["tandem"],
  alarmEmail: "ops@example.com",
};

async function read(config: Config, stack = "dev"): Promise<Settings> {
  let settings: Settings | undefined;
  await declare(
    () => {
      settings = readSettings();
    },
    { config, stack },
  );
  assert.ok(settings);
  return settings;
}

/** The lines below the first of the one error that tells every mistake. */
async function mistakes(config: Config, stack = "dev"): Promise<string[]> {
  const error = await read(config, stack).then(
    () => assert.fail("no mistake was found"),
    (reason: Error) => reason,
  );
  const [first, ...others] = error.message.split("\n  ");
  assert.equal(first, `The configuration of stack "${stack}" is wrong:`);
  return others;
}

describe("settings", () => {
  it("are ordered by the component that takes them", async () => {
    const settings = await read(production, "prod");
    assert.partialDeepStrictEqual(settings, {
      service: "tandem",
      stage: "prod",
      region: "eu-central-1",
      production: true,
      functions: { logLevel: "INFO", logRetentionDays: 14, reservedConcurrency: 50 },
      answering: { reservedConcurrency: 50, provisionedConcurrency: 0 },
      tables: { protect: true },
      network: { cidrBlock: "10.20.0.0/16", zones: 3, region: "eu-central-1", logRetentionDays: 14 },
      database: { region: "eu-central-1", tier: "M30", tierCeiling: "M50", accessList: [], protect: true },
      api: {
        authorizer: { type: "jwt", issuer: "https://issuer.example.com/", audience: ["tandem"] },
        guardWrites: true,
        rateLimit: 50,
        burstLimit: 100,
      },
    });
  });

  it("leave out what a stage does not have", async () => {
    const settings = await read(valid);
    assert.equal(settings.network, undefined);
    assert.equal(settings.functions.reservedConcurrency, undefined);
    assert.equal(settings.database.tierCeiling, undefined);
    assert.equal(settings.api.domain, undefined);
    assert.equal(settings.monitoring.alarmEmail, undefined);
    assert.equal(settings.tables.protect, false);
    assert.equal(settings.api.guardWrites, false);
  });

  it("tell every mistake at once, each with key, value and what is allowed", async () => {
    const wrong = { ...valid, atlasTier: "M31", rateLimit: 0, logRetentionDays: 15, corsOrigins: ["app"] };
    assert.deepEqual(await mistakes(wrong), [
      'tandem:logRetentionDays is "15"; allowed: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, ' +
        "1827, 2192, 2557, 2922, 3288, 3653",
      'tandem:atlasTier is "M31"; allowed: M0, FLEX, M10, M20, M30, M40, M50, M60, M80',
      'tandem:corsOrigins is "app"; allowed: an origin, e.g. https://app.example.com',
      'tandem:rateLimit is "0"; allowed: a whole number from 1 to 10000',
    ]);
  });

  it("refuse a key nobody knows", async () => {
    assert.deepEqual(await mistakes({ ...valid, atlasTeir: "M10" }), [
      "tandem:atlasTeir is not a setting of this program; the settings are listed in Pulumi.yaml",
    ]);
  });

  const wrongValues: [key: string, value: Value, expected: RegExp][] = [
    ["aws:region", "Frankfurt", /^aws:region is "Frankfurt"; allowed: an AWS region/],
    ["production", "yes", /^tandem:production is "yes"; allowed: false, true$/],
    ["logLevel", "info", /^tandem:logLevel is "info"; allowed: DEBUG, INFO, WARN, ERROR$/],
    [
      "reservedConcurrency",
      -1,
      /^tandem:reservedConcurrency is "-1"; allowed: a whole number from 0 to 1000$/,
    ],
    ["reservedConcurrency", 1.5, /^tandem:reservedConcurrency is "1.5"/],
    ["provisionedConcurrency", "many", /^tandem:provisionedConcurrency is "many"/],
    ["atlasOrganization", "acme", /^tandem:atlasOrganization is "acme"; allowed: .*24 hexadecimal digits$/],
    ["atlasOrganization", "", /^tandem:atlasOrganization is not set/],
    ["atlasAccess", ["10.0.0.1"], /^tandem:atlasAccess is "10.0.0.1"; allowed: a CIDR block/],
    ["atlasAccess", "10.0.0.0/8", /^tandem:atlasAccess is "10.0.0.0\/8"; allowed: a list, each a CIDR block/],
    ["networkZones", 1, /^tandem:networkZones is "1"; allowed: 0, 2, 3$/],
    [
      "networkCidr",
      "10.0.0.0/8",
      /^tandem:networkCidr is "10.0.0.0\/8"; allowed: a CIDR block from \/16 to \/24$/,
    ],
    ["authorizer", "none", /^tandem:authorizer is "none"; allowed: open, jwt, iam$/],
    ["burstLimit", 5001, /^tandem:burstLimit is "5001"; allowed: a whole number from 1 to 5000$/],
    ["alarmEmail", "nobody", /^tandem:alarmEmail is "nobody"; allowed: an e-mail address$/],
    ["dashboard", "on", /^tandem:dashboard is "on"; allowed: false, true$/],
    ["reportSchedule", "nightly", /^tandem:reportSchedule is "nightly"; allowed: a schedule expression/],
  ];
  for (const [key, value, expected] of wrongValues) {
    it(`refuse ${JSON.stringify(value)} for ${key}`, async () => {
      const found = await mistakes({ ...valid, [key]: value });
      assert.ok(
        found.some((line) => expected.test(line)),
        found.join("\n"),
      );
    });
  }

  const contradictions: [what: string, config: Config, stack: string, expected: RegExp][] = [
    [
      "a database that nobody reaches",
      { ...valid, atlasAccess: [] },
      "dev",
      /^tandem:atlasAccess is not set; allowed: at least one CIDR block where networkZones is 0$/,
    ],
    [
      "a private network with a tier that has no PrivateLink",
      { ...valid, networkZones: 2 },
      "dev",
      /^tandem:atlasTier is "M0"; allowed: a dedicated tier where networkZones is not 0/,
    ],
    [
      "a ceiling below the tier",
      { ...production, atlasTierCeiling: "M20" },
      "prod",
      /is "M20"; allowed: M30 or larger$/,
    ],
    [
      "a ceiling on a shared tier",
      { ...valid, atlasTierCeiling: "M20" },
      "dev",
      /a cluster of tier M0 does not grow$/,
    ],
    [
      "a token without an issuer",
      { ...production, jwtIssuer: "" },
      "prod",
      /^tandem:jwtIssuer is not set; allowed: an https URL$/,
    ],
    [
      "a token for nobody",
      { ...production, jwtAudience: [] },
      "prod",
      /^tandem:jwtAudience is not set; allowed: at least one audience$/,
    ],
    [
      "a domain without a zone",
      { ...valid, domainName: "api.example.com" },
      "dev",
      /^tandem:domainZone is not set/,
    ],
    [
      "a zone without a domain",
      { ...valid, domainZone: "Z0123456789ABC" },
      "dev",
      /^tandem:domainName is not set/,
    ],
    [
      "more warm workers than reserved ones",
      { ...production, provisionedConcurrency: 51 },
      "prod",
      /^tandem:provisionedConcurrency is 51; allowed: at most the 50 of reservedConcurrency$/,
    ],
    [
      "open routes in production",
      { ...production, authorizer: "open" },
      "prod",
      /^tandem:authorizer is "open"; allowed: jwt or iam in production$/,
    ],
    [
      "a shared tier in production",
      { ...production, atlasTier: "FLEX" },
      "prod",
      /^tandem:atlasTier is "FLEX"; allowed: a dedicated tier in production/,
    ],
    [
      "unbounded functions in production",
      { ...production, reservedConcurrency: 0 },
      "prod",
      /^tandem:reservedConcurrency is 0; allowed: at least 1 in production/,
    ],
    [
      "alarms for nobody in production",
      { ...production, alarmEmail: "" },
      "prod",
      /^tandem:alarmEmail is not set; allowed: the address of somebody who is told in production$/,
    ],
    [
      "a free tier where Atlas offers none",
      { ...valid, "aws:region": "us-east-2" },
      "dev",
      /^tandem:atlasTier is "M0"; allowed: M10 or larger in us-east-2, or an aws:region with M0 and FLEX, e\.g\. us-east-1 \(https:\S+, as of 2026-11-26\)$/,
    ],
    [
      "Flex on a continent that has it nowhere",
      { ...valid, "aws:region": "mx-central-1", atlasTier: "FLEX" },
      "dev",
      /^tandem:atlasTier is "FLEX"; allowed: M10 or larger in mx-central-1 \(https:/,
    ],
    [
      "the whole internet let in in production",
      { ...production, atlasAccess: ["0.0.0.0/0"] },
      "prod",
      /^tandem:atlasAccess is "0.0.0.0\/0"; allowed: blocks smaller than the whole internet/,
    ],
  ];
  for (const [what, config, stack, expected] of contradictions) {
    it(`refuse ${what}`, async () => {
      const found = await mistakes(config, stack);
      assert.ok(
        found.some((line) => expected.test(line)),
        found.join("\n"),
      );
    });
  }

  it("take a dedicated tier wherever Atlas has one, and every tier where it has all, without a word", async () => {
    const regions = { "us-east-2": "M10", "eu-west-2": "M30", "eu-central-1": "M0", "af-south-1": "FLEX" };
    for (const [region, atlasTier] of Object.entries(regions)) {
      const config = { ...valid, "aws:region": region, atlasTier };
      const { recording } = await declare(() => void readSettings(), { config });
      assert.deepEqual(recording.diagnostics, [], region);
    }
  });

  it("say where the tier is described that a larger one can take two deployments", () => {
    const { config } = parse(readFileSync("Pulumi.yaml", "utf8")) as {
      config: Record<string, { description: string }>;
    };
    assert.match(
      config.atlasTier?.description ?? "",
      /dedicated one takes two deployments.*npm run outputs says so/,
    );
  });

  it("say of a region that the table does not have that it is not known, and refuse nothing", async () => {
    const config = { ...valid, "aws:region": "eu-west-9" };
    const { recording } = await declare(() => void readSettings(), { config });
    const message =
      "Whether Atlas offers clusters of tier M0 in eu-west-9 is not known here (as of 2026-11-26); " +
      "see https://www.mongodb.com/docs/atlas/reference/amazon-aws/";
    assert.deepEqual(recording.diagnostics, [{ severity: "warning", message }]);
  });

  it("are settings or a Mistake, whatever stands in the files", async () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()), fc.object());
    const key = fc.constantFrom(...Object.keys(valid), "aws:region");
    await fc.assert(
      fc.asyncProperty(fc.dictionary(key, value), async (config) => {
        await read({ ...valid, ...(config as Config) }).catch((error) => assert.equal(error.name, "Mistake"));
      }),
    );
  });

  it("ask for default tags that name this service, this stage, its owner and its repository", async () => {
    assert.deepEqual(
      await mistakes({ ...valid, "aws:defaultTags": { tags: { service: "tandem", stage: "prod" } } }),
      [
        'aws:defaultTags is {"service":"tandem","stage":"prod"}; allowed: tags with stage: dev',
        'aws:defaultTags is {"service":"tandem","stage":"prod"}; allowed: tags with owner: whom to ask about the stack',
        'aws:defaultTags is {"service":"tandem","stage":"prod"}; allowed: tags with repository: where this program is kept',
      ],
    );
  });

  it("take placeholders for a recording and refuse them for a deployment", async () => {
    const placeholders = {
      ...production,
      atlasOrganization: "000000000000000000000000",
      alarmEmail: "alarms@example.com",
      corsOrigins: ["https://app.example.com", "https://app.tandem.test"],
      "aws:defaultTags": {
        tags: { service: "tandem", stage: "prod", owner: "team@example.com", repository: "example/tandem" },
      },
    };
    const tags = JSON.stringify((placeholders["aws:defaultTags"] as { tags: object }).tags);
    await read(placeholders, "prod");
    const config = { "aws:region": "eu-central-1", ...placeholders };
    await assert.rejects(
      record(() => asDeployed(readSettings), { config, stack: "prod" }),
      (error: Error) => {
        assert.deepEqual(error.message.split("\n  ").slice(1), [
          `aws:defaultTags is ${tags}; allowed: tags with your own owner, no placeholder`,
          `aws:defaultTags is ${tags}; allowed: tags with your own repository, no placeholder`,
          'tandem:atlasOrganization is "000000000000000000000000"; allowed: the id of your own organisation, no placeholder',
          'tandem:jwtIssuer is "https://issuer.example.com/"; allowed: your own issuer, no placeholder',
          'tandem:corsOrigins is "https://app.example.com"; allowed: origins of your own, no placeholder',
          'tandem:alarmEmail is "alarms@example.com"; allowed: an address that somebody reads, no placeholder',
        ]);
        return true;
      },
    );
  });

  describe("that are secrets", () => {
    const canary = "canary-7d1f0c55";

    it("stay secrets where they only pass through: the Atlas organisation and the alarm address", async () => {
      const config = { ...production, alarmEmail: `${canary}@tandem.test` };
      const { recording } = await declare(
        () => {
          const {
            monitoring: { alarmEmail },
            database,
          } = readSettings();
          return { alarmEmail, alertEmail: database.alertEmail, organizationId: database.organizationId };
        },
        { config, stack: "prod", secrets: ["alarmEmail", "atlasOrganization"] },
      );
      assert.deepEqual(recording.outputs, {
        alarmEmail: { $: "secret", value: config.alarmEmail },
        alertEmail: { $: "secret", value: config.alarmEmail },
        organizationId: { $: "secret", value: production.atlasOrganization },
      });
    });

    it("are not told when they do not fit", async () => {
      for (const [key, value] of [
        ["alarmEmail", canary],
        ["atlasOrganization", canary],
        ["alarmEmail", `${canary}@example.com`],
      ] as const) {
        const config = { "aws:region": "eu-central-1", ...production, [key]: value };
        const deployment = record(() => asDeployed(readSettings), {
          ...{ config, stack: "prod", secrets: [key] },
        });
        await assert.rejects(deployment, ({ message }: Error) => {
          assert.ok(!message.includes(canary), message);
          assert.match(message, new RegExp(`tandem:${key} is a secret that does not fit; allowed: `));
          return true;
        });
      }
    });

    const handedOn = ["alarmEmail", "atlasOrganization"];
    for (const key of [...Object.keys(production), "aws:region"].filter((one) => !handedOn.includes(one))) {
      it(`are refused, and nothing of them told, where something is made of them: ${key}`, async () => {
        const config = { "aws:region": "eu-central-1", ...production, [key]: canary };
        const run = declare(readSettings, { config, stack: "prod", secrets: [key] });
        const full = key.includes(":") ? key : `tandem:${key}`;
        await assert.rejects(run, {
          name: "Mistake",
          message: `The configuration of stack "prod" is wrong:\n  ${full} is a secret, but names, numbers and tags that are made of it stand in the open; set it again without --secret`,
        });
      });
    }
  });
});
