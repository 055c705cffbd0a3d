import { opens } from "./support.ts";
import { data } from "./views/data.ts";
import { home } from "./views/home.ts";
import { routes } from "./views/routes.ts";

describe("one run", () => {
  const opened = opens();
  // Counts all that happens, so it comes first.
  home(opened);
  routes(opened);
  data(opened);
});
