/** Which files failed, for who runs them again: a path a line, in the file that FAILED_FILES names. */
import { appendFileSync } from "node:fs";
import Mocha from "mocha";

const { FAILED_FILES } = process.env;
const { EVENT_TEST_FAIL } = Mocha.Runner.constants;

// For this process alone, which gathers the reports of its workers: not for them, nor for what a test starts.
delete process.env.FAILED_FILES;
if (FAILED_FILES !== undefined) {
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
