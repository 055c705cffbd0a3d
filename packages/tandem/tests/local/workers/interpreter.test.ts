import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findPython } from "../../../local/workers/python/interpreter.ts";

describe("the Python of a machine", () => {
  const searched = process.env.PATH;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-pythons-"));
  });

  afterEach(() => {
    process.env.PATH = searched;
    rmSync(folder, { recursive: true });
  });

  /** A Python that answers what it is asked, and notes that it was. @returns whose it is */
  const lay = (place: string, version: string): string => {
    const executable = path.join(folder, place);
    mkdirSync(path.dirname(executable), { recursive: true });
    const answer = JSON.stringify([executable, version, []]);
    writeFileSync(executable, `#!/bin/sh\necho ${place} >> '${folder}/asked'\necho '${answer}'\n`);
    chmodSync(executable, 0o755);
    return executable;
  };
  const asked = () => readFileSync(path.join(folder, "asked"), "utf8").trim().split("\n");

  it("is the one of the runtime's version, else the first that is new enough", () => {
    process.env.PATH = path.join(folder, "bin");
    lay("bin/python3.12", "3.7");
    const newer = lay("bin/python3", "3.13");
    const same = lay("bin/python", "3.12");
    assert.equal(findPython("python3.12", folder)?.executable, same);
    assert.equal(findPython("python3.11", folder)?.executable, newer);
  });

  it("is asked once for all runtimes and programs, whose own environments come first", () => {
    process.env.PATH = path.join(folder, "bin");
    const common = lay("bin/python3", "3.13");
    const own = lay("shop/.venv/bin/python3", "3.12");
    for (const program of ["one", "other"])
      for (const runtime of ["python3.11", "python3.12"])
        assert.equal(findPython(runtime, path.join(folder, program))?.executable, common);
    assert.equal(findPython("python3.12", path.join(folder, "shop"))?.executable, own);
    assert.deepEqual(asked(), ["bin/python3", "shop/.venv/bin/python3"]);
  });
});
