/** Loaded first by every thread that a function starts: it sees the files and the network that the function sees. */
const { givenToThreads, hideDebugger } = require("./channel.cjs");
const { captureDescriptors } = require("./console.cjs");
const { ownProcess } = require("./process.cjs");
const { mapSurroundings } = require("./surroundings.cjs");

/** @import { Surroundings } from "./surroundings.cjs" */

const surroundings = /** @type {Surroundings} */ (givenToThreads());
// Node takes what a thread writes there to its parent, the function.
const write = (/** @type {string} */ text) => void process.stdout.write(text);

hideDebugger();
ownProcess(surroundings.taskRoot ?? process.cwd(), () => process.exit(1));
captureDescriptors(write);
mapSurroundings(surroundings, { write, refused: () => {} });
