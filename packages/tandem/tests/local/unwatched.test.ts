import assert from "node:assert/strict";
import { describeUnwatched } from "../../local/unwatched.ts";

describe("what is said of folders that the system does not let the run watch", () => {
  const refused = (folder: string, code: string, message = code) => ({ folder, code, message });

  it("names the first of them, how many more there are, and the limit to raise", () => {
    const folders = ["/a", "/b", "/c", "/d", "/e"].map((folder) => refused(folder, "ENOSPC"));
    assert.equal(
      describeUnwatched(folders),
      "Saved files in /a, /b, /c and 2 more folders are not followed: this machine's limit of watched folders is used up; " +
        "raise it (on Linux: sudo sysctl fs.inotify.max_user_watches=524288), or end what watches many.",
    );
  });

  it("is a sentence for each reason, the system's own where no limit is known", () => {
    const [first, second, ...others] = describeUnwatched([
      refused("/a", "EACCES", "EACCES: permission denied, watch '/a'"),
      refused("/b", "EMFILE"),
    ]).split("\n");
    assert.equal(first, "Saved files in /a are not followed: EACCES: permission denied, watch '/a'.");
    assert.match(second ?? "", /^Saved files in \/b are not followed: .*fs\.inotify\.max_user_instances=512/);
    assert.deepEqual(others, []);
  });
});
