/** Which files failed, for who runs them again: a path a line, in the file that FAILED_FILES names. */
import { appendFileSync } from "node:fs";
import Mocha from "mocha";

const { FAILED_FILES, MOCHA_WORKER_ID } = process.env;
const { EVENT_TEST_FAIL } = Mocha.Runner.constants;

// The process that gathers the reports learns of every failure.
if (FAILED_FILES !== undefined && MOCHA_WORKER_ID === undefined) {
  const { prototype } = Mocha;
  const { run } = prototype;
  prototype.run = function (done) {
    const runner = run.call(this, done);
    const seen = new Set<string>();
    runner.on(EVENT_TEST_FAIL, ({ file = "" }) => {
      if (!seen.has(file)) appendFileSync(FAILED_FILES, `${file}\n`);
      seen.add(file);
    });
    return runner;
  };
}
