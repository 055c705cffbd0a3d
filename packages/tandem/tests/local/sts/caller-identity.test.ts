import assert from "node:assert/strict";
import { type Credentials, credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import { OtherAwsService } from "../../../local/other-services/service.ts";
import { StsService } from "../../../local/sts/service.ts";
import { lambda, REGION, recording, role, roleArn, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";
import { signedFetch } from "../support/signed-fetch.ts";

const FORM = "application/x-www-form-urlencoded";

describe("STS", () => {
  const run = serviceRun();

  beforeEach(async () => {
    // IAM lets everybody ask who they are, also whom a policy forbids it.
    const denied = role("r", { Effect: "Deny", Action: "*", Resource: "*" });
    const iam = await run.begin(testContext(recording(denied, lambda("hello", "r"), role("it's & <else>"))));
    const otherServices = new OtherAwsService(iam);
    await run.start(otherServices, new StsService({ otherServices, iam }));
  });

  const endpoint = () => new URL(run.context.addresses.variables().AWS_ENDPOINT_URL ?? "");
  async function ask(credentials: Credentials, { action = "GetCallerIdentity", service = "sts" } = {}) {
    const response = await signedFetch(endpoint(), {
      credentials,
      service,
      region: REGION,
      method: "POST",
      headers: { "content-type": FORM },
      body: `Action=${action}&Version=2011-06-15`,
    });
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      body: await response.text(),
    };
  }
  const within = (body: string, element: string) =>
    new RegExp(`<${element}>([^<]*)</${element}>`).exec(body)?.[1];

  it("says whose session has signed, whatever its policies say", async () => {
    const { status, type, body } = await ask(credentialsOf(roleArn("r"), "hello-session"));
    assert.deepEqual([status, type], [200, "text/xml"]);
    assert.match(
      body,
      /^<GetCallerIdentityResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/"><GetCallerIdentityResult><Arn>.*<\/GetCallerIdentityResult><ResponseMetadata><RequestId>[\w-]{36}<\/RequestId><\/ResponseMetadata><\/GetCallerIdentityResponse>$/,
    );
    assert.equal(within(body, "Account"), "123456789012");
    assert.equal(within(body, "Arn"), "arn:aws:sts::123456789012:assumed-role/r/hello-session");
    assert.match(within(body, "UserId") ?? "", /^AROA[A-Z0-9]{16}:hello-session$/);
  });

  it("gives a role one id, whichever session of it asks, and another role another", async () => {
    const idOf = async (name: string, session: string) =>
      within((await ask(credentialsOf(roleArn(name), session))).body, "UserId")?.split(":")[0];
    const first = await idOf("r", "one");
    assert.equal(await idOf("r", "two"), first);
    assert.notEqual(await idOf("it's & <else>", "one"), first);
  });

  it("says that the person at this machine is a user", async () => {
    const { body } = await ask(operatorCredentials);
    assert.equal(within(body, "Arn"), "arn:aws:iam::123456789012:user/operator");
    assert.match(within(body, "UserId") ?? "", /^AIDA[A-Z0-9]{16}$/);
  });

  it("writes a name in XML", async () => {
    const { body } = await ask(credentialsOf(roleArn("it's & <else>"), "s"));
    assert.equal(within(body, "Arn"), "arn:aws:sts::123456789012:assumed-role/it's &amp; &lt;else&gt;/s");
  });

  it("refuses keys that are none", async () => {
    const { sessionToken: _token, ...withoutToken } = credentialsOf(roleArn("r"));
    const wrong = { ...credentialsOf(roleArn("r")), secretAccessKey: "wrong" };
    for (const [credentials, code] of [
      [withoutToken, "InvalidClientTokenId"],
      [wrong, "SignatureDoesNotMatch"],
    ] as const) {
      const { status, body } = await ask(credentials);
      assert.equal(status, 403);
      assert.match(
        body,
        /^<ErrorResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/"><Error><Type>Sender<\/Type>/,
      );
      assert.equal(within(body, "Code"), code);
    }
  });

  it("refuses every other operation by name", async () => {
    const { status, body } = await ask(credentialsOf(roleArn("r")), { action: "AssumeRole" });
    assert.equal(status, 501);
    assert.equal(within(body, "Message"), "AssumeRole: the local STS knows only GetCallerIdentity");
  });
});
