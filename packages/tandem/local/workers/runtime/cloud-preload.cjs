/** Loaded first by every Node process and thread that a function starts: they keep away from the cloud as it does. */
const { syncBuiltinESMExports } = require("node:module");
require("./cloud.cjs").refuseCloud(() => {});
syncBuiltinESMExports();
