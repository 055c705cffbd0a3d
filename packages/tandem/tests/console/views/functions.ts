import assert from "node:assert/strict";
import { broken, type Look, lookAt, waitForText } from "../support.ts";

export function functions(opened: Look): void {
  describe("console: functions", () => {
    const look = lookAt("Functions", opened);

    const detail = () => look.page.getByRole("article", { name: "Chosen function" });
    const choose = async (name: string) => {
      await look.page.getByRole("region", { name: "Functions" }).getByRole("link", { name }).click();
      await detail().getByRole("heading", { name, exact: true }).waitFor();
    };

    it("tests one with what really calls it, and shows answer, log and report", async () => {
      await choose("see");
      const options = detail().getByLabel("Event to begin with").locator("option");
      await options.nth(1).waitFor({ state: "attached" });
      const samples = await options.allInnerTexts();
      assert.equal(samples.length, 2);
      assert.match(samples.join("\n"), /^s3: objects of inbox-/m);
      assert.match(samples.join("\n"), /^schedule: rule nightly-/m);
      const s3 = samples.find((sample) => sample.startsWith("s3")) ?? "";
      await detail().getByLabel("Event to begin with").selectOption({ label: s3 });
      await detail().getByRole("button", { name: "Test" }).click();
      await detail().getByText("succeeded").waitFor();
      await waitForText(
        detail(),
        /START RequestId[\s\S]*sees \S+[\s\S]*END RequestId[\s\S]*REPORT RequestId/,
      );
      await detail()
        .getByText(/^Invocations$/)
        .locator("xpath=..")
        .getByText("1", { exact: true })
        .waitFor();
    });

    it("has a sample of every route, also of a REST API's, which is called under its stage", async () => {
      const { functions } = await look.run.ask<{ functions: { name: string; logicalName: string }[] }>(
        "/api/functions",
      );
      const guarded = functions.find(({ logicalName }) => logicalName === "guarded");
      const { samples } = await look.run.ask<{
        samples: { name: string; why: string; event: { resource?: string } }[];
      }>(`/api/functions/${guarded?.name}`);
      assert.deepEqual(
        samples.map(({ name, why }) => `${name}: ${why}`),
        ["GET /guarded: a request of this route", "GET /things: a request of this route"],
      );
      assert.equal(samples[1]?.event.resource, "/things");
    });

    it("says how much code it has, how many workers, and what was not delivered", async () => {
      await waitForText(detail(), /0\.\d KiB of code\s+1 worker/, /Failures not delivered\s+0/);
    });

    it("takes an event that is edited, says what is no JSON, and keeps one under a name", async () => {
      const event = detail().getByLabel("Event", { exact: true });
      await event.fill("{ no json");
      await detail().getByRole("button", { name: "Test" }).click();
      await detail()
        .getByText(/The event is no JSON/)
        .waitFor();
      await event.fill('{"Records":[{"s3":{"object":{"key":"<b>mine</b>"}}}]}');
      await detail().getByPlaceholder("Name of the event").fill("mine & <i>yours</i>");
      await detail().getByRole("button", { name: "Save" }).click();
      await detail()
        .getByRole("option", { name: "mine & <i>yours</i> (saved)" })
        .waitFor({ state: "attached" });
      await detail().getByRole("button", { name: "Test" }).click();
      await detail().getByText("sees <b>mine</b>").waitFor();
      const { functions } = await look.run.ask<{ functions: { name: string; logicalName: string }[] }>(
        "/api/functions",
      );
      const see = functions.find(({ logicalName }) => logicalName === "see");
      const { saved } = await look.run.ask<{ saved: object[] }>(`/api/functions/${see?.name}`);
      assert.deepEqual(saved, [
        { name: "mine & <i>yours</i>", event: { Records: [{ s3: { object: { key: "<b>mine</b>" } } }] } },
      ]);
    });

    it("shows what a role may do beside what it did, and what it was refused", async () => {
      await choose("list");
      await waitForText(
        detail(),
        /dynamodb:Scan on arn:\S+ refused 1 time/,
        /dynamodb:GetItem not used in this run/,
        /Errors\s+1/,
        /Success\s+0.0 %/,
      );
      await choose("put");
      await fetch(`${look.run.api}/items/one`, { method: "PUT" });
      await detail().getByText("dynamodb:PutItem used 5 times").waitFor();
      const text = await waitForText(detail(), /dynamodb:DeleteItem not used in this run/);
      assert.doesNotMatch(text, /correct-horse-battery|not-a-secret-value/);
    });

    it("is accessible in light and dark, narrow and wide", async () => {
      const found = await broken(look.page, async (shown) => {
        await shown.getByRole("link", { name: "Functions", exact: true }).click();
        await shown.getByRole("link", { name: "list" }).click();
        await shown.getByText("not used in this run").first().waitFor();
      });
      assert.deepEqual(found, []);
    });
  });
}
