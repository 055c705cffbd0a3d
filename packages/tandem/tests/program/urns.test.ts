import assert from "node:assert/strict";
import fc from "fast-check";
import { aliasUrns, makeUrn, parseUrn } from "../../program/urns.ts";

const stack = makeUrn("dev", "shop", undefined, "pulumi:pulumi:Stack", "shop-dev");

describe("makeUrn", () => {
  it("leaves the stack out of the types", () => {
    assert.equal(makeUrn("dev", "shop", stack, "a:b:C", "x"), "urn:pulumi:dev::shop::a:b:C::x");
  });

  it("joins the types of all parents", () => {
    const grandparent = makeUrn("dev", "shop", stack, "a:b:A", "a");
    const parent = makeUrn("dev", "shop", grandparent, "a:b:B", "b");
    assert.equal(makeUrn("dev", "shop", parent, "a:b:C", "c"), "urn:pulumi:dev::shop::a:b:A$a:b:B$a:b:C::c");
  });
});

describe("parseUrn", () => {
  it("gives back what makeUrn was made of, whatever the name holds", () => {
    const token = fc.stringMatching(/^[a-z]{1,8}:[a-z/]{1,8}:[A-Z][a-z]{0,8}$/);
    fc.assert(
      fc.property(token, token, fc.string({ minLength: 1 }), (parentType, type, name) => {
        const parent = makeUrn("dev", "shop", stack, parentType, "above");
        const parts = parseUrn(makeUrn("dev", "shop", parent, type, name));
        assert.deepEqual(parts, {
          stack: "dev",
          project: "shop",
          qualifiedType: `${parentType}$${type}`,
          type,
          name,
        });
      }),
    );
  });
});

describe("aliasUrns", () => {
  const spec = (changes: {
    name?: string;
    type?: string;
    project?: string;
    stack?: string;
    parent?: string;
    noParent?: boolean;
  }) => ({
    hasUrn: () => false,
    getUrn: () => "",
    getSpec: () => ({
      getName: () => changes.name ?? "",
      getType: () => changes.type ?? "",
      getProject: () => changes.project ?? "",
      getStack: () => changes.stack ?? "",
      getParenturn: () => changes.parent ?? "",
      getNoparent: () => changes.noParent ?? false,
    }),
  });
  const parent = makeUrn("dev", "shop", stack, "a:b:Desk", "desk");
  const urn = makeUrn("dev", "shop", parent, "a:b:Lamp", "desk-lamp");

  it("changes what the alias names and keeps the rest", () => {
    const aliases = [
      spec({ name: "light" }),
      spec({ type: "a:b:Bulb" }),
      spec({ project: "old", stack: "prod" }),
    ];
    assert.deepEqual(aliasUrns(urn, parent, aliases, []), [
      "urn:pulumi:dev::shop::a:b:Desk$a:b:Lamp::light",
      "urn:pulumi:dev::shop::a:b:Desk$a:b:Bulb::desk-lamp",
      "urn:pulumi:prod::old::a:b:Desk$a:b:Lamp::desk-lamp",
    ]);
  });

  it("moves to another parent or to none", () => {
    const other = makeUrn("dev", "shop", stack, "a:b:Room", "room");
    assert.deepEqual(aliasUrns(urn, parent, [spec({ noParent: true }), spec({ parent: other })], []), [
      "urn:pulumi:dev::shop::a:b:Lamp::desk-lamp",
      "urn:pulumi:dev::shop::a:b:Room$a:b:Lamp::desk-lamp",
    ]);
  });

  it("follows the parent's aliases, with the parent's old name in front", () => {
    const table = "urn:pulumi:dev::shop::a:b:Desk::table";
    assert.deepEqual(aliasUrns(urn, parent, [spec({ name: "light" })], [table]), [
      "urn:pulumi:dev::shop::a:b:Desk$a:b:Lamp::light",
      "urn:pulumi:dev::shop::a:b:Desk$a:b:Lamp::table-lamp",
      // The alias's own name does not start with the parent's, so it stays.
    ]);
  });

  it("takes a URN as it is, and leaves out the resource's own", () => {
    const alias = (value: string) => ({ hasUrn: () => true, getUrn: () => value, getSpec: () => undefined });
    assert.deepEqual(aliasUrns(urn, parent, [alias("urn:pulumi:a::b::c:d:E::f"), alias(urn)], []), [
      "urn:pulumi:a::b::c:d:E::f",
    ]);
  });
});
