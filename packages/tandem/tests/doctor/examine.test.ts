import assert from "node:assert/strict";
import type { Check } from "../../local/doctor/check.ts";
import { examine } from "../../local/doctor/examine.ts";
import { canWorkHere, renderChecks } from "../../local/doctor/render.ts";
import { Machine } from "./machine.ts";

const secrets = {
  AWS_ACCESS_KEY_ID: "AKIACANARYCANARY0001",
  AWS_SECRET_ACCESS_KEY: "canary-aws-secret",
  AWS_SESSION_TOKEN: "canary-session",
  MONGODB_ATLAS_CLIENT_ID: "canary-client-id",
  MONGODB_ATLAS_CLIENT_SECRET: "canary-client-secret",
  MONGODB_URI: "mongodb://user:canary-password@db.notes.dev",
  PULUMI_BACKEND_URL: "https://user:canary-backend@state.notes.dev",
  PULUMI_ACCESS_TOKEN: "canary-token",
  PULUMI_CONFIG_PASSPHRASE: "canary-passphrase",
};

describe("examine", () => {
  let machine: Machine;

  beforeEach(() => {
    machine = new Machine();
  });

  afterEach(() => machine.remove());

  async function checks(variables: Record<string, string> = {}, online = false): Promise<Check[]> {
    return examine(machine.surroundings(variables, online), { stack: "dev", deployed: ["dev"] });
  }

  /** What is refused for its config is not run. */
  const refuseProgram = () => machine.stack("dev", "config: {}\n");

  async function check(name: string, variables?: Record<string, string>, online?: boolean): Promise<Check> {
    const found = (await checks(variables, online)).find((one) => one.name === name);
    assert.ok(found, `there is no check ${name}`);
    return found;
  }

  it("finds nothing missing on a machine that has all, and tells no secret", async () => {
    machine.program("npm", "11.2.0");
    machine.program("git", "git version 2.50.1");
    machine.program("mongod", "db version v8.0.4");
    machine.program("pulumi", "v3.260.0");
    const found = await checks(secrets);
    assert.deepEqual(
      found.filter((one) => !one.here),
      [],
    );
    assert.ok(canWorkHere(found));
    const text = `${JSON.stringify(found)}\n${renderChecks(found)}`;
    for (const secret of ["canary", "CANARY"]) assert.ok(!text.includes(secret), text);
  });

  it("names what an empty machine lacks, each with a command, and says that nothing works here", async () => {
    const found = await checks();
    const lacking = found.filter((one) => !one.here);
    assert.deepEqual(
      lacking.map(({ name }) => name),
      ["npm", "MongoDB", "Git", "Pulumi CLI", "Pulumi state", "AWS identity", "Atlas keys"],
    );
    for (const { name, mend } of lacking) assert.ok(mend, `${name} has no command that mends it`);
    assert.equal(canWorkHere(found), false);
  });

  it("lets the local run and the tests work where only a deployment lacks something", async () => {
    machine.program("npm", "11.2.0");
    machine.program("git", "git version 2.50.1");
    machine.program("mongod", "db version v8.0.4");
    const found = await checks();
    assert.ok(found.some((one) => !one.here));
    assert.ok(canWorkHere(found));
  });

  describe("npm", () => {
    beforeEach(refuseProgram);

    it("is refused when it is too old, with both versions", async () => {
      machine.program("npm", "9.8.1");
      const { here, found } = await check("npm");
      assert.equal(here, false);
      assert.equal(found, "9.8.1; 10 or newer is wanted");
    });
  });

  describe("MongoDB", () => {
    beforeEach(refuseProgram);

    it("comes from a download where the network allows it", async () => {
      assert.equal((await check("MongoDB", {}, true)).here, true);
    });

    it("is built where there is Go", async () => {
      machine.program("go", "go version go1.24.3 linux/amd64");
      const { here, found } = await check("MongoDB");
      assert.equal(here, true);
      assert.match(found, /FerretDB with Go 1\.24\.3/);
    });

    it("is not built by a Go that is too old", async () => {
      machine.program("go", "go version go1.19.8 linux/amd64");
      const { here, found } = await check("MongoDB");
      assert.equal(here, false);
      assert.match(found, /Go 1\.19\.8, 1\.24 or newer is wanted/);
    });
  });

  describe("program", () => {
    it("tells what is wrong with the config of the local run's stack", async () => {
      refuseProgram();
      const { here, found } = await check("program");
      assert.equal(here, false);
      assert.match(found, /notes:owner is not set/);
    });
  });

  describe("AWS identity", () => {
    beforeEach(refuseProgram);

    it("is half a key: names the other half", async () => {
      const { here, mend } = await check("AWS identity", { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE" });
      assert.equal(here, false);
      assert.equal(mend, "export AWS_SECRET_ACCESS_KEY=…");
    });

    it("is the default profile of a settings file", async () => {
      machine.write("home/.aws/credentials", "[default]\naws_secret_access_key = canary\n");
      const { here, found } = await check("AWS identity");
      assert.deepEqual([here, found], [true, "profile default"]);
    });

    it("is another profile only when it is chosen", async () => {
      machine.write("home/.aws/config", "[profile work]\nregion = eu-central-1\n");
      assert.equal((await check("AWS identity")).mend, "export AWS_PROFILE=work");
      assert.equal((await check("AWS identity", { AWS_PROFILE: "work" })).here, true);
      assert.equal((await check("AWS identity", { AWS_PROFILE: "play" })).mend, "unset AWS_PROFILE");
    });

    it("is asked of AWS only where there is one to ask for", async () => {
      let asked = 0;
      const askAws = async () => {
        asked += 1;
        return { here: true, found: "arn:aws:iam::123456789012:user/me" };
      };
      await examine(machine.surroundings(), { stack: "dev", deployed: [], askAws });
      assert.equal(asked, 0);
      const found = await examine(machine.surroundings(secrets), { stack: "dev", deployed: [], askAws });
      assert.equal(asked, 1);
      const identity = found.find(({ name }) => name === "AWS identity");
      assert.equal(identity?.found, "arn:aws:iam::123456789012:user/me");
    });
  });

  describe("Atlas keys", () => {
    beforeEach(refuseProgram);

    it("are a service account or a pair of keys", async () => {
      const pair = { MONGODB_ATLAS_PUBLIC_KEY: "public", MONGODB_ATLAS_PRIVATE_KEY: "private" };
      assert.equal((await check("Atlas keys", pair)).found, "a pair of API keys in the environment");
    });

    it("are not half of one", async () => {
      const { here, mend } = await check("Atlas keys", { MONGODB_ATLAS_CLIENT_SECRET: "secret" });
      assert.deepEqual([here, mend], [false, "export MONGODB_ATLAS_CLIENT_ID=…"]);
    });
  });

  describe("Pulumi state", () => {
    beforeEach(refuseProgram);

    it("is where the CLI is logged in", async () => {
      machine.write("home/.pulumi/credentials.json", JSON.stringify({ current: "s3://state" }));
      assert.deepEqual((await check("Pulumi state")).found, "s3://state");
    });
  });

  describe("config of a stack", () => {
    it("has a command for each placeholder, nested ones with their path", async () => {
      machine.stack(
        "dev",
        [
          "config:",
          "  notes:owner: team@example.com",
          "  aws:defaultTags:",
          "    tags:",
          "      repository: example/notes",
          "      stage: dev",
          "",
        ].join("\n"),
      );
      const commands = (await checks()).filter(({ name }) => name === "config dev").map(({ mend }) => mend);
      assert.deepEqual(commands.sort(), [
        "npm run pulumi -- config set --path 'aws:defaultTags.tags.repository' <value> --stack dev",
        "npm run pulumi -- config set notes:owner <value> --stack dev",
      ]);
    });

    it("takes domains that only begin like an example for real ones", async () => {
      machine.stack("dev", "config:\n  owner: team@example.community.dev\n");
      assert.equal((await check("config dev")).here, true);
    });
  });
});
