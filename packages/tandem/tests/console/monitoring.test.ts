import { opens } from "./support.ts";
import { load } from "./views/load.ts";
import { monitoring } from "./views/monitoring.ts";

describe("one run that is flooded", () => {
  const opened = opens();
  // Counts all that happens, so it comes first.
  load(opened);
  monitoring(opened);
});
