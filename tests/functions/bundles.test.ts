// #region books, movies
/** What functions weigh, which is part of how fast they start. Times are measured by `npm run bench`, not here. */
import assert from "node:assert/strict";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { bundleOptions } from "../../packages/components/bundle.ts";
import lighterPackages from "../../packages/components/lighter-packages.ts";

const root = path.join(import.meta.dirname, "../..");
const KB = 1_024;

interface Bundle {
  code: string;
  minified: number;
  gzip: number;
  /** Files of packages, from the package's name; empty for one of the program's own. */
  packages: string[];
}

/** As they are deployed: in one build. @param source what to bundle instead of files */
async function built(entries: string[], source?: string): Promise<Map<string, Bundle>> {
  const { entryPoints, ...options } = bundleOptions(root, entries);
  const { outputFiles, metafile } = await build({
    ...options,
    ...(source
      ? { stdin: { contents: source, resolveDir: path.join(root, "functions"), loader: "ts" } }
      : { entryPoints }),
    plugins: [lighterPackages],
    write: false,
    metafile: true,
  });
  return new Map(
    outputFiles.map(({ path: file, contents }) => {
      const { entryPoint = "", inputs = {} } = metafile.outputs[path.relative(root, file)] ?? {};
      const packages = Object.keys(inputs).map((input) => /.*node_modules\/(.*)/.exec(input)?.[1] ?? "");
      const code = Buffer.from(contents);
      const gzip = gzipSync(code).length / KB;
      return [entryPoint, { code: code.toString(), minified: code.length / KB, gzip, packages }];
    }),
  );
}

const limits = {
  "functions/hello/hello.ts": { minified: 2, gzip: 2 },
  "functions/movies/putMovie.ts": { minified: 400, gzip: 130 },
  "functions/movies/readMovies.ts": { minified: 400, gzip: 130 },
  "functions/books/readBook.ts": { minified: 1_500, gzip: 420 },
  "functions/books/readBooks.ts": { minified: 1_500, gzip: 420 },
  "functions/books/createBook.ts": { minified: 1_500, gzip: 420 },
};

describe("bundles of functions", () => {
  let bundles: Map<string, Bundle>;
  before(async () => {
    bundles = await built([...Object.keys(limits), "functions/movies/readMovie.ts"]);
  });

  function bundle(entry: string): Bundle {
    const found = bundles.get(entry);
    assert.ok(found, `${entry} among ${[...bundles.keys()].join(", ")}`);
    return found;
  }

  for (const [entry, limit] of Object.entries(limits)) {
    it(`${entry} stays under ${limit.minified} KB, and under ${limit.gzip} KB as gzip`, () => {
      const { minified, gzip } = bundle(entry);
      assert.ok(minified < limit.minified, `${minified} KB`);
      assert.ok(gzip < limit.gzip, `${gzip} KB`);
    });
  }

  it("helper, validation, logger and metrics together add at most 60 KB", async () => {
    const source = `
      import { serve } from "./http/serve.ts";
      import { putMovie } from "./movies/operations.ts";
      export const handler = serve(putMovie, async () => ({ statusCode: 204 }));
    `;
    const [only] = (await built([], source)).values();
    assert.ok(only && only.minified < 60, `${only?.minified} KB`);
  });

  it("hello carries nothing but itself", () => {
    assert.deepEqual(bundle("functions/hello/hello.ts").packages, [""]);
  });

  it("functions of films carry no driver of MongoDB, functions of books that need no DynamoDB no SDK", () => {
    const movies = bundle("functions/movies/readMovie.ts");
    assert.deepEqual(
      movies.packages.filter((file) => /^(?:mongoose|mongodb|bson)\//.test(file)),
      [],
    );
    const books = bundle("functions/books/readBook.ts");
    assert.deepEqual(
      books.packages.filter((file) => /^(?:@aws-sdk|@smithy)\//.test(file)),
      [],
    );
  });

  it("carry Node's own URL and the credentials of the environment, not the packages for them, nor Unicode's tables for passwords", () => {
    const { packages } = bundle("functions/books/createBook.ts");
    const heavy =
      /^(?:tr46|whatwg-url|@mongodb-js\/saslprep|@aws-sdk\/(?:nested-clients|credential-provider-\w+|token-providers))\//;
    assert.deepEqual(
      packages.filter((file) => heavy.test(file)),
      [],
    );
  });

  it("hold each file of CommonJS as a function in parentheses, which V8 compiles with the bundle, and no mark of it", () => {
    for (const entry of Object.keys(limits)) assert.doesNotMatch(bundle(entry).code, /\$eager/, entry);
    const { code, packages } = bundle("functions/books/readBook.ts");
    const files = packages.filter((file) => /^(?:mongoose|bson|mongodb|mquery)\/.+\.c?js$/.test(file));
    const functions = code.match(/=[\w$]+\(\((?:\([\w$,]*\)|[\w$]+)=>\{/g) ?? [];
    assert.ok(files.length > 300, `${files.length} files`);
    assert.ok(functions.length >= files.length, `${functions.length} functions for ${files.length} files`);
  });

  it("carry no file of a package twice, as two versions of it would", () => {
    for (const entry of Object.keys(limits)) {
      const files = bundle(entry).packages.filter((file) => file !== "");
      const twice = files.filter((file, index) => files.indexOf(file) !== index);
      assert.deepEqual(twice, [], entry);
    }
  });
});
