/** mocha's `spec`, with the name of each file before its tests. Loaded in every process of tests and as the reporter. */
import path from "node:path";
import Mocha from "mocha";

const { EVENT_SUITE_BEGIN, EVENT_TEST_BEGIN } = Mocha.Runner.constants;

/** A suite comes from another process as plain values, from which mocha leaves out its file. */
interface Serializable {
  file?: string;
  serialize(): object;
}
const prototype = Mocha.Suite.prototype as unknown as Serializable;
const { serialize } = prototype;
prototype.serialize = function () {
  return { ...serialize.call(this), file: this.file };
};

export default class NamesFiles extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    let shown: string | undefined;
    const name = ({ file, root }: { file?: string; root?: boolean }) => {
      if (root || file === undefined || file === shown) return;
      shown = file;
      console.log(`\n${path.relative(process.cwd(), file)}`);
    };
    // Before those of `spec`, which are listeners of the same events.
    runner.on(EVENT_SUITE_BEGIN, name);
    runner.on(EVENT_TEST_BEGIN, name);
    super(runner, options);
  }
}
