import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { differences } from "../../../review/cost/offers/differences.ts";
import { figures } from "../../../review/cost/offers/figures.ts";
import { generatePrices } from "../../../review/cost/offers/generate.ts";
import {
  awsPricesIn,
  generatedFolder,
  pricesOf,
  regionsIn,
  typedFolder,
} from "../../../review/cost/prices/prices.ts";

const offers = path.resolve(import.meta.dirname, "../../fixtures/offers");
const lambda = path.join("offers", "v1.0", "aws", "AWSLambda", "current", "eu-central-1", "index.csv");

describe("generatePrices", () => {
  it("finds every figure in AWS's files: the first step that is not free, no other class, term or system", async () => {
    const generated = await generatePrices(offers, "eu-central-1", "2026-11-26");
    const { sources, ...typed } = awsPricesIn(typedFolder, "eu-central-1") as unknown as Record<
      string,
      unknown
    >;
    assert.ok(sources);
    assert.deepEqual(differences(typed, generated), []);
    assert.equal(generated.dynamodb.writesPerMillion, 0.7625);
    // One table class costs something of which the other figures are not in these files.
    assert.deepEqual(generated.dynamodb.infrequentAccess, { writesPerMillion: 0.95 });
    assert.deepEqual(
      { date: generated.date, region: generated.region },
      { date: "2026-11-26", region: "eu-central-1" },
    );
    for (const { path: figure, optional } of figures) {
      if (optional) continue;
      const value = figure
        .split(".")
        .reduce<unknown>((tree, key) => (tree as Record<string, unknown>)[key], generated);
      assert.equal(typeof value, "number", figure);
    }
  });

  it("reads them over HTTP as well", async () => {
    const server = createServer((request, response) => {
      response.end(readFileSync(path.join(offers, request.url ?? "")));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const generated = await generatePrices(`http://127.0.0.1:${port}`, "eu-central-1", "2026-11-26");
      assert.equal(generated.lambda.gbSecond.arm64, 0.0000133334);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it("names the file or the address that is not there", async () => {
    await assert.rejects(generatePrices(offers, "eu-west-9", "2026-11-26"), {
      name: "UserError",
      message: /AWSLambda[/\\]current[/\\]eu-west-9[/\\]index\.csv is not there/,
    });
    const server = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await assert.rejects(generatePrices(`http://127.0.0.1:${port}`, "eu-west-9", "2026-11-26"), {
      name: "UserError",
      message: /eu-west-9\/index\.csv answers 404/,
    });
    server.close();
    server.closeAllConnections();
    await assert.rejects(generatePrices(`http://127.0.0.1:${port}`, "eu-west-9", "2026-11-26"), {
      name: "UserError",
      message: /cannot be read: .*ECONNREFUSED/,
    });
  });

  describe("with other files", () => {
    let folder: string;
    const change = (from: RegExp | string, to: string) => {
      const file = path.join(folder, lambda);
      const before = readFileSync(file, "utf8");
      const after = before.replaceAll(from, to);
      assert.notEqual(after, before);
      writeFileSync(file, after);
    };

    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), "offers-"));
      cpSync(offers, folder, { recursive: true });
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it("names a figure that is missing and what was looked for", async () => {
      change('"AWS-Lambda-Duration-ARM"', '"AWS-Lambda-Duration-RISC"');
      await assert.rejects(generatePrices(folder, "eu-central-1", "2026-11-26"), {
        name: "UserError",
        message:
          /AWSLambda has no price in eu-central-1 for lambda\.gbSecond\.arm64 \(looked for group \^AWS-Lambda-Duration-ARM\$/,
      });
    });

    it("refuses to choose between two prices", async () => {
      change("AWS-Lambda-Requests-ARM", "AWS-Lambda-Requests");
      change(
        /"0\.0000002000","USD","","AWSLambda","EU \(Frankfurt\)","AWS-Lambda-Requests","","EUC1-Request-ARM"/g,
        '"0.0000003000","USD","","AWSLambda","EU (Frankfurt)","AWS-Lambda-Requests","","EUC1-Request-ARM"',
      );
      await assert.rejects(generatePrices(folder, "eu-central-1", "2026-11-26"), {
        name: "UserError",
        message:
          /2 prices in eu-central-1 that could be lambda\.requestsPerMillion: 2e-7, 3e-7 \(EUC1-Request, EUC1-Request-ARM\)/,
      });
    });

    it("says of a file that is none of AWS's that it is none", async () => {
      writeFileSync(path.join(folder, lambda), "<html>\n");
      await assert.rejects(generatePrices(folder, "eu-central-1", "2026-11-26"), {
        name: "UserError",
        message: /AWSLambda\/current\/eu-central-1\/index\.csv is no offer file of AWS/,
      });
    });
  });
});

describe("price files", () => {
  it("agree where a region was typed by hand and generated as well", () => {
    const typed = regionsIn(typedFolder);
    assert.deepEqual(typed, ["eu-central-1", "us-east-1"]);
    for (const region of regionsIn(generatedFolder).filter((name) => typed.includes(name))) {
      const found = differences(awsPricesIn(typedFolder, region), awsPricesIn(generatedFolder, region));
      assert.deepEqual(found, [], `${region}: take the generated figures over, or delete the typed file`);
    }
  });

  it("differ where one figure does", () => {
    const typed = awsPricesIn(typedFolder, "eu-central-1");
    const generated = { ...typed, kms: { key: 1.25 }, xray: {} };
    assert.deepEqual(differences(typed, generated), [{ path: "kms.key", typed: 1, generated: 1.25 }]);
  });

  it("of a region have Atlas's prices beside AWS's", () => {
    assert.deepEqual(pricesOf("eu-central-1").atlas?.privateEndpoint, { hour: 0.054, unitHour: 0.012 });
    assert.equal(pricesOf("us-east-1").atlas?.tierHour.M30, 0.54);
  });
});
