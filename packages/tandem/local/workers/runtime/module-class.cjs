/** Node's class of modules. `node:module` has it too, with tools that take each thread 0.7 ms to load. */
module.exports = /** @type {typeof import("node:module").Module} */ (module.constructor);
