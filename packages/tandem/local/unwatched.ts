/** What a person is told of folders that the system does not let the run watch. */
import { named } from "./named.ts";
import type { Unwatched } from "./watch.ts";

const WHY: Record<string, string> = {
  ENOSPC:
    "this machine's limit of watched folders is used up; raise it (on Linux: sudo sysctl fs.inotify.max_user_watches=524288), or end what watches many",
  EMFILE:
    "this machine's limit of watchers or of open files is used up; raise it (on Linux: sudo sysctl fs.inotify.max_user_instances=512, ulimit -n), or end what watches",
};

/** One sentence a reason. */
export function describeUnwatched(folders: readonly Unwatched[]): string {
  const byReason = Map.groupBy(folders, ({ code, message }) => WHY[code ?? ""] ?? message);
  return [...byReason]
    .map(([why, unwatched]) => {
      const paths = unwatched.map(({ folder }) => folder);
      return `Saved files in ${named(paths, "folders")} are not followed: ${why}.`;
    })
    .join("\n");
}
