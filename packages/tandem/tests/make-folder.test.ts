import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeFolder } from "../shared/make-folder.js";

describe("makeFolder", () => {
  let work: string;
  beforeEach(() => {
    work = mkdtempSync(path.join(tmpdir(), "tandem-folder-"));
  });
  afterEach(() => rmSync(work, { recursive: true, force: true }));

  it("makes a folder with all above it, and takes one that is there", () => {
    const folder = path.join(work, "a/b/c");
    makeFolder(folder, 0o700);
    makeFolder(folder);
    assert.deepEqual(
      [statSync(folder).mode & 0o777, statSync(path.dirname(folder)).mode & 0o777],
      [0o700, 0o700],
    );
  });

  it("says what is in the way", () => {
    const file = path.join(work, "file");
    writeFileSync(file, "");
    assert.throws(() => makeFolder(file), { code: "EEXIST" });
    assert.throws(() => makeFolder(path.join(file, "a/b")), { code: "ENOTDIR" });
  });

  it("ends where nothing can be made, as below /proc", function () {
    if (process.platform !== "linux") return this.skip();
    assert.throws(() => makeFolder("/proc/self/no/folder"), { code: "ENOENT" });
  });

  it("says of a read-only file system that it is one", function () {
    const { status, stdout } = onReadOnlyFolder(work);
    if (status !== 0) return this.skip(); // Nobody but root may mount here.
    assert.match(
      stdout,
      /\.local\/dev cannot be made: EROFS: .*Let this user write in .*\.local\/dev; what is kept there stays\./,
    );
  });
});

/** Takes the state's folder where `.local` lies on a file system that only this process sees, and cannot write to. */
function onReadOnlyFolder(cwd: string) {
  const module = JSON.stringify(path.resolve(import.meta.dirname, "../local/state-folder.ts"));
  const script = `import { StateFolder } from ${module};
    await new StateFolder(${JSON.stringify(cwd)}, "dev").acquire().catch((error) => console.log(error.message));`;
  return spawnSync(
    "unshare",
    [
      "--map-root-user",
      "--mount",
      "sh",
      "-ec",
      `mount -t tmpfs none "$0"; mkdir "$0/.local"; mount -o remount,ro "$0"; exec "$1" --input-type=module -e "$2"`,
      cwd,
      process.execPath,
      script,
    ],
    { encoding: "utf8" },
  );
}
