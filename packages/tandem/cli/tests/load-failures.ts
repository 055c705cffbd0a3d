/** A file of tests that cannot be loaded is one failed test with the file's name, and stops no other file. */
import path from "node:path";
import Mocha from "mocha";

/** mocha's types leave out what it keeps. */
interface Loading {
  files: string[];
  suite: InstanceType<typeof Mocha.Suite>;
  loadFilesAsync(options?: object): Promise<void>;
}

const prototype = Mocha.prototype as unknown as Loading;
const { loadFilesAsync } = prototype;
prototype.loadFilesAsync = async function (options) {
  const every = this.files;
  for (const file of every) {
    this.files = [file];
    try {
      await loadFilesAsync.call(this, options);
    } catch (error) {
      const failed = new Mocha.Test("can be loaded", () => {
        throw error;
      });
      Mocha.Suite.create(this.suite, path.relative(process.cwd(), file)).addTest(failed);
    }
  }
  this.files = every;
};
