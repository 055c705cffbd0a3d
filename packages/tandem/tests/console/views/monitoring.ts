import assert from "node:assert/strict";
import { broken, type Look, lookAt } from "../support.ts";

interface Alarms {
  alarms: { name: string; logicalName: string; state: string }[];
}

/** What stands on the page of the view, and what the API says meanwhile. */
function monitoringOf(look: Look) {
  const list = () => look.page.getByRole("navigation", { name: "Dashboards and alarms" });
  const detail = () => look.page.getByRole("article", { name: "Chosen dashboard or alarm" });
  const choose = async (name: string) => {
    await list().getByRole("link", { name }).click();
    await detail().getByRole("heading", { name, exact: true }).waitFor();
  };
  /** Until the API says so: what the page shows of it comes by asking. */
  const becomes = (alarm: string, state: string) =>
    look.run.until<Alarms>("/api/monitoring", ({ alarms }) =>
      alarms.some((one) => one.logicalName === alarm && one.state === state),
    );
  return { list, detail, choose, becomes };
}

/** In a run that has not failed yet: of the function it fails once. */
export function alarm(opened: Look): void {
  describe("console: an alarm", () => {
    const look = lookAt("Monitoring", opened);
    const { list, detail, choose, becomes } = monitoringOf(look);

    it("makes an alarm fire by what a person does, with graph, threshold and why", async () => {
      await choose("listFails");
      // No data yet, or a minute without an error: by when the run began.
      await detail()
        .getByText(/^(○ INSUFFICIENT_DATA|✓ OK)$/)
        .waitFor();
      await fetch(`${look.run.api}/items`);
      await becomes("listFails", "ALARM");
      await detail().getByText("✕ ALARM").waitFor();
      await detail().getByText("1 of 1 value over 1 period breaches (1).").waitFor();
      await detail()
        .getByText(
          /^Sum of AWS\/Lambda Errors list-\w+ ≥ 1 in 1 of 1 periods of 60 s; missing data counts as not breaching$/,
        )
        .waitFor();
      await detail()
        .getByRole("img", { name: /Errors 1, threshold 1$/ })
        .waitFor();
      await detail().locator("canvas").waitFor();
      await detail().getByRole("heading", { name: "What it was" }).waitFor();
      await list().getByRole("link", { name: "anything ALARM" }).waitFor();
      await choose("anything");
      await detail()
        .getByText(/listFails-\w+ is ALARM, jobsLost-\w+ is \w+\.$/)
        .waitFor();
    });
  });
}

export function monitoring(opened: Look): void {
  describe("console: monitoring", () => {
    const look = lookAt("Monitoring", opened);

    const { detail, choose, becomes } = monitoringOf(look);

    it("fires by a dead letter in a queue, which is known by looking into it", async () => {
      await fetch(`${look.run.api}/items/lost`, { method: "PUT", body: "poison" });
      await becomes("jobsLost", "ALARM");
      await choose("jobsLost");
      await detail().getByText("✕ ALARM").waitFor();
    });

    it("shows the program's dashboard with what was measured, and names what cannot be drawn", async () => {
      await fetch(`${look.run.api}/items`);
      await fetch(`${look.run.api}/items/one`, { method: "PUT", body: "good" });
      await choose("overview");
      await detail().getByText("What happens <b>here</b>").waitFor();
      assert.equal(
        await detail().getByRole("link", { name: "AWS" }).getAttribute("href"),
        "https://aws.amazon.com",
      );
      assert.equal(await detail().getByRole("link", { name: "bad" }).count(), 0);
      await detail()
        .getByRole("img", {
          name: /^Calls of functions: calls of list (\d), errors of list \1, percent 100, too many 5$/,
        })
        .waitFor();
      await detail().getByText("AWS/S3 NumberOfObjects is not measured here").waitFor();
      await detail().getByRole("heading", { name: "Answers of <i>the API</i>" }).waitFor();
      await detail().getByText("all Jobs").waitFor();
      await detail().getByText("Not drawn: Logs Insights is not run here").waitFor();
      await detail().getByRole("link", { name: "listFails" }).waitFor();
      await detail().getByRole("button", { name: "15 min" }).click();
      await detail().getByRole("button", { name: "15 min", pressed: true }).waitFor();
      await detail().getByText("As a table").first().click();
      await detail().getByRole("columnheader", { name: "calls of list" }).waitFor();
    });

    it("loads what draws a graph with the first one that is shown", async () => {
      const scripts = `performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname).filter((name) => name.endsWith(".js"))`;
      const loadedBy = async (address: string, shown: string) => {
        await look.page.goto(`${look.run.origin}/#/${address}`);
        await look.page.reload();
        await look.page.locator(shown).first().waitFor();
        const loaded = (await look.page.evaluate(scripts)) as string[];
        return loaded.map((name) => name.replace(/-\w+\.js$/, "-….js"));
      };
      assert.deepEqual(await loadedBy("monitoring", ".card"), ["/console.js"]);
      assert.deepEqual(await loadedBy("monitoring/dashboard/overview", "canvas"), [
        "/console.js",
        "/plot-….js",
      ]);
    });

    it("tells the same as JSON, and refuses what it does not keep", async () => {
      const { alarms } = await look.run.ask<Alarms>("/api/monitoring");
      const name = alarms.find(({ logicalName }) => logicalName === "listFails")?.name ?? "";
      const { graph } = await look.run.ask<{ graph: { times: number[]; lines: { values: unknown[] }[] } }>(
        `/api/alarms/${name}?minutes=15`,
      );
      assert.equal(graph.times.length, 15);
      assert.equal(graph.lines[0]?.values.length, 15);
      const { message } = await look.run.ask<{ message: string }>("/api/dashboards/overview?minutes=100000");
      assert.equal(message, '"minutes" has to be a whole number from 1 to 180: so long it is kept.');
      assert.equal(
        (await look.run.ask<{ message: string }>("/api/alarms/none")).message,
        "There is no alarm none.",
      );
    });

    it("is accessible in light and dark, narrow and wide", async () => {
      const found = await broken(look.page, async (shown) => {
        await shown.getByRole("link", { name: "Monitoring", exact: true }).click();
        await shown.getByRole("link", { name: "overview" }).click();
        await shown.getByRole("img", { name: /^Calls of functions/ }).waitFor();
      });
      assert.deepEqual(found, []);
    });
  });
}
