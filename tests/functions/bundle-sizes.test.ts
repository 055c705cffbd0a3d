/** What a function weighs is what its cold start costs: limits for the code of the program's functions. */
import assert from "node:assert/strict";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { bundleOptions } from "../../packages/components/bundle.ts";

/** Bytes, minified and gzipped besides. */
const limits = {
  "functions/hello/hello.ts": { minified: 2_000, gzipped: 1_000 },
  "functions/movies/readMovies.ts": { minified: 400_000, gzipped: 130_000 },
  "functions/movies/putMovie.ts": { minified: 400_000, gzipped: 130_000 },
  "functions/books/createBook.ts": { minified: 1_500_000, gzipped: 420_000 },
  "functions/books/readBooks.ts": { minified: 1_500_000, gzipped: 420_000 },
};

describe("bundle sizes", () => {
  for (const [entry, { minified, gzipped }] of Object.entries(limits)) {
    describe(`of ${entry}`, () => {
      let code: Uint8Array;
      let packages: Map<string, Set<string>>;

      before(async () => {
        [code, packages] = await bundled(entry);
      });

      it(`stay under ${minified} bytes, ${gzipped} gzipped`, () => {
        const sizes = [code.byteLength, gzipSync(code).byteLength] as const;
        assert.ok(sizes[0] <= minified && sizes[1] <= gzipped, `${sizes[0]} bytes, ${sizes[1]} gzipped`);
      });

      it("hold no package twice", () => {
        const twice = [...packages].filter(([, folders]) => folders.size > 1).map(([name]) => name);
        assert.deepEqual(twice, []);
      });
    });
  }
});

/** The bundle, and the folders that each package in it was taken from. */
async function bundled(entry: string) {
  const options = bundleOptions(process.cwd(), [entry]);
  const { outputFiles, metafile } = await build({ ...options, write: false, metafile: true });
  const folders = new Map<string, Set<string>>();
  for (const input of Object.keys(metafile.inputs)) {
    const match = /^(.*node_modules\/)((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (!match) continue;
    const [, folder = "", name = ""] = match;
    folders.set(name, (folders.get(name) ?? new Set()).add(path.join(folder, name)));
  }
  const [output] = outputFiles;
  assert.ok(output, "esbuild wrote a bundle");
  return [output.contents, folders] as const;
}
