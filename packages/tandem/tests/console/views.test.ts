import { browses } from "./browser.ts";
import { opens, starts } from "./support.ts";
import { asOthersMeetIt } from "./views/as-others-meet-it.ts";
import { data } from "./views/data.ts";
import { empty } from "./views/empty.ts";
import { flood } from "./views/flood.ts";
import { functions } from "./views/functions.ts";
import { home } from "./views/home.ts";
import { load } from "./views/load.ts";
import { alarm, monitoring } from "./views/monitoring.ts";
import { picture } from "./views/picture.ts";
import { requests } from "./views/requests.ts";
import { routes } from "./views/routes.ts";
import { traces } from "./views/traces.ts";

describe("the console", () => {
  const browsing = browses();

  describe("of a run that begins with five requests", () => {
    const started = starts("looked-at");

    before(async () => {
      for (const [method, target] of [
        ["PUT", "/items/lamp"],
        ["PUT", "/items/chair"],
        ["GET", "/guarded"],
        ["PUT", "/items/table"],
      ] as const) {
        const headers = method === "PUT" ? { authorization: "Bearer secret-of-a-caller" } : {};
        const body = method === "PUT" ? { body: target } : {};
        await fetch(`${started.run.api}${target}`, { method, headers, ...body });
      }
    });

    asOthersMeetIt(started);

    describe("in a browser", () => {
      const opened = opens(started, browsing);
      // The fifth request is what it is of.
      alarm(opened);
      // Is of these requests alone.
      picture(opened);
      // Counts them.
      home(opened);
      // Counts what the functions did so far.
      functions(opened);
      routes(opened);
      data(opened);
      monitoring(opened);
      requests(opened);
      // Is of another program.
      traces(opened);
      // Floods it: what comes within a second of that is not kept.
      load(opened);
      // Takes away all that it declares.
      empty(opened);
    });
  });

  flood(browsing);
}).slow(5_000);
