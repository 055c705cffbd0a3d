import assert from "node:assert/strict";
import { rewriteConnectionStrings } from "../../../local/mongodb/connection-strings.ts";

const isCloud = (host: string) => host.endsWith(".mongodb.net");
const LOCAL = "mongodb://127.0.0.1:40000/";
const rewrite = (text: string, server = LOCAL) => rewriteConnectionStrings(text, isCloud, server);

describe("connection strings", () => {
  it("keeps database and behaviour, drops how Atlas is reached and proved oneself to", () => {
    const recorded =
      "mongodb+srv://barns.12345.mongodb.net/barns?authMechanism=MONGODB-AWS&authSource=%24external&tls=true" +
      "&replicaSet=atlas-1&retryWrites=true&w=majority&appName=tandem-dev-barns";
    assert.equal(
      rewrite(recorded),
      "mongodb://127.0.0.1:40000/barns?retryWrites=true&w=majority&appName=tandem-dev-barns",
    );
  });

  it("takes lists of hosts, user info and strings without a database", () => {
    assert.equal(rewrite("mongodb://u:p@a.1.mongodb.net:27017,b.1.mongodb.net:27017/?ssl=true"), LOCAL);
    assert.equal(rewrite("mongodb+srv://barns.12345.mongodb.net"), LOCAL);
  });

  it("finds them inside other text", () => {
    const json = JSON.stringify({ uri: "mongodb+srv://barns.12345.mongodb.net/barns", other: 1 });
    assert.equal(rewrite(json), JSON.stringify({ uri: `${LOCAL}barns`, other: 1 }));
  });

  it("leaves strings of other servers alone", () => {
    const other = "mongodb://db.example.org/barns?tls=true";
    assert.equal(rewrite(other), other);
  });

  it("takes address, user and options of a server that somebody else runs", () => {
    assert.equal(
      rewrite(
        "mongodb+srv://barns.12345.mongodb.net/barns?w=majority",
        "mongodb://me:secret@db.test:1/?tls=true",
      ),
      "mongodb://me:secret@db.test:1/barns?w=majority&tls=true&authSource=admin",
    );
  });
});
