import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { RecordLog } from "../../../local/records/record-log.ts";

const FIRST = 1000n;
const ARN = "stream";

interface Kept {
  sequence: string;
  padding: string;
}

describe("log of records", () => {
  let folder: string;
  let log: RecordLog<Kept>;

  const open = () => RecordLog.open<Kept>(folder, FIRST, () => 0);
  const append = async (bytes: number) => {
    const make = (sequence: string) => ({ sequence, padding: "x".repeat(bytes) });
    const [sequence = ""] = await log.append([{ arn: ARN, make }]);
    return sequence;
  };
  const kept = async () => (await log.records(ARN, String(FIRST), 10_000)).map(({ sequence }) => sequence);
  const again = async () => {
    await log.close();
    log = await open();
  };

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-records-"));
    log = await open();
  });

  afterEach(async () => {
    await log.close();
    rmSync(folder, { recursive: true });
  });

  it("keeps records that come at once in the order of their numbers: the last one is what it goes on from", async () => {
    for (let round = 0; round < 500; round++) {
      await Promise.all(Array.from({ length: 8 }, () => append(1)));
      assert.equal(await log.get("last"), log.last, `round ${round}`);
    }
  });

  /** Only so many bytes of a file can be written: a disk that is full to the byte. Undefined takes it back. */
  function limitFiles(bytes: number | undefined): void {
    execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes ?? "unlimited"}:`]);
  }

  function sizeOfLog(): number {
    const [name = ""] = readdirSync(folder).filter((file) => file.endsWith(".log"));
    return statSync(path.join(folder, name)).size;
  }

  it("loses nothing that it acknowledged after a write that failed halfway", async function () {
    if (spawnSync("prlimit", ["--version"]).status !== 0) this.skip();
    const acknowledged: string[] = [];
    for (const bytes of [100, 5_000, 40_000]) {
      acknowledged.push(await append(10));
      limitFiles(sizeOfLog() + Math.ceil(bytes / 2));
      try {
        await assert.rejects(append(bytes), /too large/i);
      } finally {
        limitFiles(undefined);
      }
      assert.deepEqual(await kept(), acknowledged, "what is there can be read");
      for (let count = 0; count < 20; count++) acknowledged.push(await append(1_000));
      assert.deepEqual(await kept(), acknowledged);
      await again();
      assert.deepEqual(await kept(), acknowledged, `${bytes} bytes, opened again`);
    }
  });
});
