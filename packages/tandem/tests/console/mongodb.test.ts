import assert from "node:assert/strict";
import { misfits } from "./described-answers.ts";
import { lookAt, waitForText } from "./support.ts";

describe("console: calls to MongoDB", () => {
  const look = lookAt(
    "Requests",
    ({ api }) => fetch(`${api}/notes`, { method: "POST", body: '{"text": "<b>wet</b>"}' }),
    "garden",
  );

  it("stand among a request's calls to stores, with collection and documents", async () => {
    await look.page.getByRole("link", { name: /POST \/notes/ }).click();
    const detail = look.page.getByRole("article", { name: "Chosen request" });
    await waitForText(detail, /MongoDB\s+insert\s+\w+\.notes\s+✓ ok\s+1 in, 1 changed\s+[\d.]+ m?s/);
    const pictures = `${look.run.origin}/api/pictures/architecture-light.svg`;
    const drawn = await fetch(pictures, { headers: { authorization: `Bearer ${look.run.token}` } });
    const svg = await drawn.text();
    assert.match(svg, /<title>POST \/notes: 1 called, 0 failed<\/title>/);
    assert.match(svg, /<title>[\w-]+: 1 called, 0 failed<\/title>/);
  });

  it("are as the console's OpenAPI file says", async () => {
    const { calls } = await look.run.ask<{ calls: { on?: string; sent?: number }[] }>("/api/requests/1");
    assert.ok(calls.some(({ on, sent }) => on !== undefined && sent === 1));
    const { wrong, held } = await misfits(look.run);
    assert.deepEqual(wrong, []);
    assert.ok(held > 3, `${held} answers`);
  });
});
