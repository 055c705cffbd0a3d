import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { fromWire } from "../../program/values.ts";

describe("the recorded path of a file", () => {
  let root: string;

  before(() => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), "tandem-paths-")));
    for (const folder of [
      "own/node_modules/lib",
      "base/node_modules",
      "base/infra",
      "elsewhere/node_modules/lib",
    ])
      mkdirSync(path.join(root, folder), { recursive: true });
    symlinkSync(path.join(root, "own/node_modules/lib"), path.join(root, "base/node_modules/lib"));
  });

  after(() => rmSync(root, { recursive: true }));

  function recorded(file: string): unknown {
    const project = path.join(root, "base/infra");
    const folders = { project, program: project, repository: path.join(root, "base") };
    const { specialSigKey, specialArchiveSig } = pulumi.runtime;
    return fromWire({ [specialSigKey]: specialArchiveSig, path: file.replace("<root>", root) }, folders);
  }

  it("starts at the project, wherever in its repository the file lies", () => {
    assert.deepEqual(recorded("dist"), { $: "archive", path: "dist" });
    assert.deepEqual(recorded("../orders"), { $: "archive", path: "../orders" });
    assert.deepEqual(recorded("<root>/base/orders"), { $: "archive", path: "../orders" });
  });

  it("is that of the link to a package that another checkout has installed", () => {
    assert.deepEqual(recorded("<root>/own/node_modules/lib"), { $: "archive", path: "../node_modules/lib" });
  });

  it("stays as it is outside of the repository", () => {
    for (const file of ["elsewhere/node_modules/lib", "elsewhere/code"])
      assert.deepEqual(recorded(`<root>/${file}`), { $: "archive", path: `${root}/${file}` });
  });
});
