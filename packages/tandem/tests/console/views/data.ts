import assert from "node:assert/strict";
import type { DataSummary, Summary } from "../../../console/page/types.ts";
import { broken, type Look, lookAt, waitForText } from "../support.ts";

export function data(opened: Look): void {
  describe("console: data", () => {
    const look = lookAt("Data", opened, (run) => fetch(`${run.api}/items/first`, { method: "PUT" }));

    const detail = () => look.page.getByRole("article", { name: "Chosen store" });
    const choose = async (name: RegExp) => {
      await look.page.getByRole("navigation", { name: "Stores" }).getByRole("link", { name }).click();
      await detail().getByRole("heading", { level: 2, name }).waitFor();
    };

    it("finds, adds, edits and deletes items of a table", async () => {
      await choose(/^items-/);
      await detail().getByRole("heading", { name: "first" }).waitFor();
      await detail().getByText("Add an item").click();
      await detail().getByLabel("New item").fill('{"id": "<img src=x>", "count": 3, "tags": ["a"]}');
      await detail().getByRole("button", { name: "Add" }).click();
      await detail().getByRole("heading", { name: "<img src=x>" }).waitFor();
      await detail().getByRole("button", { name: "Edit <img src=x>" }).click();
      await detail().getByLabel("Content of <img src=x>").fill('{"id": "<img src=x>", "count": 4}');
      await detail().getByRole("button", { name: "Save" }).click();
      await detail().getByText('"count": 4').waitFor();
      await detail().getByLabel("id (S)").fill("first");
      await detail().getByRole("button", { name: "Query" }).click();
      await detail().getByRole("heading", { name: "<img src=x>" }).waitFor({ state: "detached" });
      await detail().getByRole("button", { name: "Delete first" }).click();
      await detail().getByText("No item has this key").waitFor();
      await detail().getByRole("button", { name: "Show all" }).click();
      await detail().getByRole("heading", { name: "<img src=x>" }).waitFor();
      assert.equal(await detail().locator("img").count(), 0);
    });

    it("keeps the types that plain JSON has not", async () => {
      const table = (await look.run.ask<{ tables: { name: string }[] }>("/api/data")).tables[0]?.name;
      const item = { id: { S: "typed" }, set: { SS: ["a"] }, long: { N: "12345678901234567890123" } };
      await look.run.fetch(`/api/tables/${table}/items`, {
        method: "PUT",
        body: JSON.stringify({ value: item, isTyped: true }),
      });
      const { items } = await look.run.ask<{ items: { isTyped: boolean; value: { id: object } }[] }>(
        `/api/tables/${table}/items?key=typed`,
      );
      assert.equal(items[0]?.isTyped, true);
      assert.deepEqual(items[0]?.value, item);
    });

    it("keeps every digit of a long number that is written as plain JSON", async () => {
      await choose(/^jobs-/);
      await choose(/^items-/);
      await detail().getByText("Add an item").click();
      await detail()
        .getByLabel("New item")
        .fill('{ "id": "long", "exact": 12345678901234567890.125, "short": 1.50 }');
      await detail().getByRole("button", { name: "Add", exact: true }).click();
      await detail().getByRole("heading", { name: "long", exact: true }).waitFor();
      const table = (await look.run.ask<{ tables: { name: string }[] }>("/api/data")).tables[0]?.name;
      const { items } = await look.run.ask<{ items: { value: object }[] }>(
        `/api/tables/${table}/items?key=long`,
      );
      const value = { id: { S: "long" }, exact: { N: "12345678901234567890.125" }, short: { N: "1.5" } };
      assert.deepEqual(items[0]?.value, value);
    });

    it("looks at a queue without taking, and sends dead letters back", async () => {
      await choose(/^jobs-/);
      await detail().getByLabel("Body of a message").fill("poison");
      await detail().getByRole("button", { name: "Send" }).click();
      await look.page.getByRole("link", { name: /^lost-\S+ 1 dead letter/ }).click();
      await detail().getByText("poison").waitFor();
      await detail()
        .getByText(/^received \d times?$/)
        .waitFor();
      await detail().getByRole("button", { name: "Redrive all" }).click();
      // It is poison still, and comes back: what fails twice is it.
      await look.run.until<{ rows: Summary[] }>("/api/requests", ({ rows }) => {
        return rows.filter(({ reason }) => reason?.includes("cannot work on poison")).length === 2;
      });
      const { lost } = Object.fromEntries(
        (await look.run.ask<DataSummary>("/api/data")).queues.map(({ name }) => [name.split("-")[0], name]),
      );
      await look.run.until<{ messages: object[] }>(`/api/queues/${lost}/messages`, ({ messages }) => {
        return messages.length === 1;
      });
      await detail().getByText("poison").waitFor();
      await detail().getByRole("button", { name: "Purge" }).click();
      await detail().getByText("No dead letter").waitFor();
    });

    it("takes an upload, and the function that the bucket tells of it is seen among the requests", async () => {
      await choose(/^inbox-/);
      await detail().getByText("No object").waitFor();
      await detail()
        .getByLabel("File")
        .setInputFiles({
          name: "a & <b>.txt",
          mimeType: "text/plain",
          buffer: Buffer.from("<script>no</script>"),
        });
      await detail().getByLabel("Key", { exact: true }).fill("folder/a & <b>.txt");
      await detail().getByRole("button", { name: "Upload" }).click();
      await detail().getByRole("button", { name: "folder/a & <b>.txt", exact: true }).click();
      await detail().getByText("<script>no</script>").waitFor();
      await look.page.getByRole("link", { name: "Requests" }).click();
      await look.page.getByRole("link", { name: /bucket inbox-/ }).click();
      await look.page.getByText(/^sees folder/).waitFor();
      await look.page.getByRole("link", { name: "Data" }).click();
      await choose(/^inbox-/);
      await detail().getByRole("button", { name: "Delete folder/a & <b>.txt" }).click();
      await detail().getByText("No object").waitFor();
    });

    it("tells a schedule's next times, and calls it now", async () => {
      await choose(/^nightly-/);
      await waitForText(detail(), /(\d{4}-\d\d-\d\d 03:00:00 UTC\s*){3}/);
      await detail().getByRole("button", { name: "Run now" }).click();
      await detail().getByText("Called; it stands among the requests.").waitFor();
      await look.page.getByRole("link", { name: "Requests" }).click();
      await look.page
        .getByRole("link", { name: /schedule/ })
        .first()
        .click();
      await look.page.getByText("sees nightly").waitFor();
    });

    it("is accessible in light and dark, narrow and wide", async () => {
      const found = await broken(look.page, async (shown) => {
        await shown.getByRole("link", { name: "Data", exact: true }).click();
        await shown.getByRole("link", { name: /^items-/ }).click();
        await shown.getByText("Add an item").click();
        await shown.getByRole("heading", { name: "typed" }).waitFor();
      });
      assert.deepEqual(found, []);
    });
  });
}
