import { opens, starts } from "./support.ts";
import { asOthersMeetIt } from "./views/as-others-meet-it.ts";
import { load } from "./views/load.ts";
import { monitoring } from "./views/monitoring.ts";
import { requests } from "./views/requests.ts";

describe("one run that is flooded in the end", () => {
  const started = starts();
  asOthersMeetIt(started);

  describe("in a browser", () => {
    const opened = opens(started);
    // An alarm is to fire by what it does first.
    monitoring(opened);
    requests(opened);
    load(opened);
  });
});
