import assert from "node:assert/strict";
import { ask } from "../../cli/ask.ts";
import { broken, type Look, lookAt, waitForText } from "../support.ts";

export function routes(opened: Look): void {
  describe("console: routes", () => {
    const look = lookAt("Routes", opened);

    const detail = () => look.page.getByRole("article", { name: "Chosen route" });

    it("tries one with what openapi.json says of it, and leads to its request", async () => {
      await look.page.getByRole("link", { name: /PUT \/items/ }).click();
      await detail().getByText("Puts an item").waitFor();
      assert.equal(await detail().getByLabel("id (path)").inputValue(), "an-example");
      assert.deepEqual(JSON.parse(await detail().getByLabel("Body", { exact: true }).inputValue()), {
        title: "A title",
        count: 1,
        tags: ["text"],
      });
      await detail().getByLabel("id (path)").fill("a/b & <c>");
      await detail().getByLabel("dry (query): Only says what it would do").fill("yes & no");
      await detail().getByRole("button", { name: "Send" }).click();
      await detail().getByText("201").waitFor();
      await detail().getByRole("link", { name: "All of this request" }).click();
      await look.page
        .getByRole("heading", { name: "PUT /items/a%2Fb%20%26%20%3Cc%3E?dry=yes+%26+no" })
        .waitFor();
      await look.page.getByText("dynamodb:PutItem").first().waitFor();
    });

    it("knows by openapi.json what a route of a REST API is, under whatever stage it is called", async () => {
      await look.page.getByRole("link", { name: "Routes" }).click();
      await look.page.getByRole("link", { name: /GET \/live\/things/ }).click();
      await detail().getByText("Reads things").waitFor();
    });

    it("makes a token with the scopes that are ticked, for a route that asks for one", async () => {
      await look.page.getByRole("link", { name: "Routes" }).click();
      await look.page.getByRole("link", { name: /GET \/guarded/ }).click();
      await detail().getByRole("button", { name: "Send" }).click();
      await detail().getByText("401").waitFor();
      assert.equal(await detail().getByLabel("items:read").isChecked(), true);
      await detail().getByLabel("items:read").uncheck();
      await detail().getByRole("button", { name: "Make a token" }).click();
      await detail().getByText("The header authorization carries it.").waitFor();
      await detail().getByRole("button", { name: "Send" }).click();
      await detail().getByText("403").waitFor();
      await detail().getByLabel("items:read").check();
      await detail().getByRole("button", { name: "Make a token" }).click();
      await detail().getByText("The header authorization carries it.").waitFor();
      await detail().getByRole("button", { name: "Send" }).click();
      await detail().getByText("200").waitFor();
      await waitForText(detail(), /\[\s*"items:read"\s*\]/);
    });

    it("asks for no other token than npm run token makes", async () => {
      const { api, project } = look.run;
      const { stdout, stderr } = await ask("token", "--cwd", project.path, "--scope", "items:read");
      const headers = { authorization: `Bearer ${stdout.trim()}` };
      assert.equal((await fetch(`${api}/guarded`, { headers })).status, 200, stderr);
    });

    it("is accessible in light and dark, narrow and wide", async () => {
      const found = await broken(look.page, async (shown) => {
        await shown.getByRole("link", { name: "Routes", exact: true }).click();
        await shown
          .getByRole("navigation", { name: "Routes" })
          .getByRole("link", { name: /GET \/guarded/ })
          .click();
        await shown.getByRole("button", { name: "Make a token" }).waitFor();
      });
      assert.deepEqual(found, []);
    });
  });
}
