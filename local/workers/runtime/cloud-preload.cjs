/** Loaded first by every Node process and thread that a function starts: they keep away from the cloud as it does. */
require("./cloud.cjs").refuseCloud(() => {});
