/**
 * Stands in for `whatwg-url`, with which the MongoDB driver reads connection strings: Node has the same two classes built
 * in. The package brings its own tables of Unicode (`tr46`) and weighs 280 KB.
 */
const { URL: NativeURL, URLSearchParams: NativeURLSearchParams } = globalThis;

export { NativeURL as URL, NativeURLSearchParams as URLSearchParams };
