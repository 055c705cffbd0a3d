/**
 * What a test and the code under it print is kept back, and shown when the test fails. Told from what the reporter prints
 * by where it comes from: only what runs within a test or a hook is kept.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import Mocha from "mocha";

type Runnable = InstanceType<typeof Mocha.Runnable>;
/** mocha's types leave out the callback that it runs with. */
type Run = (this: Runnable, done: (error?: unknown) => void) => void;
type Write = NodeJS.WriteStream["write"];

const within = new AsyncLocalStorage<true>();
/** Since the last test ended, by whomever: a server that an earlier test started prints for this one, too. */
let kept: Uint8Array[] = [];

keep(process.stdout);
keep(process.stderr);

const prototype = Mocha.Runnable.prototype as unknown as { run: Run };
const { run } = prototype;
prototype.run = function (done) {
  const ended = (error?: unknown) => {
    if (error) show(this);
    if (this instanceof Mocha.Test) kept = [];
    done(error);
  };
  within.run(true, () => run.call(this, (error) => within.exit(() => ended(error))));
};

function show(runnable: Runnable): void {
  const text = Buffer.concat(kept).toString().trimEnd();
  if (text !== "") process.stderr.write(`\nPrinted until "${runnable.fullTitle()}" failed:\n${text}\n`);
}

function keep(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (...all: unknown[]) => boolean;
  stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    if (!within.getStore()) return write(chunk, ...rest);
    kept.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
    const written = rest.find((one) => typeof one === "function");
    if (written) process.nextTick(written as () => void);
    return true;
  }) as Write;
}
