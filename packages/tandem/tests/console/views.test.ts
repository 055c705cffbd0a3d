import { opens } from "./support.ts";
import { data } from "./views/data.ts";
import { functions } from "./views/functions.ts";
import { home } from "./views/home.ts";
import { picture } from "./views/picture.ts";
import { routes } from "./views/routes.ts";

describe("one run that begins with five requests", () => {
  const opened = opens();

  before(async () => {
    for (const [method, target] of [
      ["PUT", "/items/lamp"],
      ["PUT", "/items/chair"],
      ["GET", "/guarded"],
      ["PUT", "/items/table"],
      ["GET", "/items"],
    ] as const)
      await fetch(`${opened.run.api}${target}`, { method, ...(method === "PUT" ? { body: target } : {}) });
  });

  // Is of these requests alone.
  picture(opened);
  // Counts them.
  home(opened);
  // Counts what the functions did so far.
  functions(opened);
  routes(opened);
  data(opened);
});
