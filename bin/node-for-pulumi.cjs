/**
 * Runs first wherever the Pulumi CLI runs something of this project: the program (`nodeargs` of Pulumi.yaml) and the policy
 * pack. The CLI takes whatever `node` is on the PATH, and one that cannot read TypeScript would only say
 * `Unknown file extension ".ts"`. CommonJS without dependencies, for Node of any age.
 */
const { readFileSync } = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");

function mistake() {
  // Unknown to Node before 22.10, false before 22.18.
  if (!(/** @type {{ typescript?: string | boolean }} */ (process.features).typescript)) {
    return (
      `This program needs Node 22.18 or newer; ${process.execPath} is ${process.version}. ` +
      `\`npm run pulumi -- …\` instead of \`pulumi …\` has the right one.`
    );
  }
  const { name } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const wanted = (/^name: *(\S+)/m.exec(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) || [])[1];
  if (wanted !== undefined && wanted !== name) {
    return (
      `This copy is called ${wanted} in Pulumi.yaml and still ${name} everywhere else. ` +
      "Any npm run command renames it, e.g. `npm run doctor`; then run this again."
    );
  }
  return undefined;
}

const message = mistake();
if (message !== undefined) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(1);
}
