/** Mapping templates. What AWS was recorded to make of them is the measure; the rest is Velocity's own guide. */
import assert from "node:assert/strict";
import type { RoutedRequest } from "../../../../local/gateway/api.ts";
import { Template } from "../../../../local/gateway/templates/evaluate.ts";
import { NotJudged } from "../../../../local/gateway/templates/values.ts";
import { templateVariables, unknownCall } from "../../../../local/gateway/templates/variables.ts";
import { inShortTime } from "../../support/short-time.ts";
import { FakeInvoker, handlerOf, requestOf, restProgram } from "../programs.ts";

describe("a mapping template", () => {
  let routed: RoutedRequest;

  /** A request as the gateway has it when its integration is asked. */
  before(async () => {
    const program = restProgram({
      methods: { "POST /barns/{id}": "f" },
      stage: { variables: { tier: "b" } },
    });
    const handler = handlerOf(program, new FakeInvoker(() => ({ statusCode: 200 })));
    for (const route of handler.api.stages[0]?.routes.all() ?? []) {
      route.authorizer = {
        authorize: (request) => {
          routed = request;
          return { allowed: true };
        },
      };
    }
    await handler.handle(requestOf("POST /dev/barns/7?q=x%20y", { headers: ["X-Kind", "cow"] }));
  });

  function rendered(template: string, body: unknown = ""): string {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return new Template(template).render(templateVariables(routed, text).variables);
  }

  const path = '#set($result = $input.path("$.json"))$result';
  const answered = (json: unknown) => ({ json });

  it("writes what is in a body as recorded", () => {
    assert.equal(rendered(path, answered({ foo: "bar" })), "{foo=bar}");
    assert.equal(rendered(path, answered([{ foo: "bar" }])), '[{"foo":"bar"}]');
    assert.equal(rendered(`${path}.nested`, answered({ nested: { foo: "bar" } })), "{foo=bar}");
    assert.equal(rendered(`${path}.nested`, answered({ nested: [{ foo: "bar" }] })), '[{"foo":"bar"}]');
    assert.equal(rendered(`${path}[0]`, answered([{ foo: "bar" }])), "{foo=bar}");
    assert.equal(rendered(`${path}[0]`, answered([[{ foo: "bar" }]])), '[{"foo":"bar"}]');
    assert.equal(rendered(path, answered({ foo: [{ nested: "bar" }] })), '{foo=[{"nested":"bar"}]}');
    assert.equal(
      rendered(path, answered({ bigger: "dict", to: "test", with: "separators" })),
      "{bigger=dict, to=test, with=separators}",
    );
    assert.equal(
      rendered(`${path}.toString()`, answered({ list: [{ foo: "bar" }] })),
      '{list=[{"foo":"bar"}]}',
    );
  });

  it("takes what is not there for null and for an empty text, as recorded", () => {
    const template = (at: string) =>
      `#set($result = $input.path("${at}")){"body": $result, "nested": $result.nested, "isNull": #if( $result == $null )"true"#else"false"#end, "isEmptyString": #if( $result == "" )"true"#else"false"#end}`;
    const nothing = '{"body": , "nested": , "isNull": "true", "isEmptyString": "true"}';
    assert.equal(rendered(template("$.nonExisting")), nothing);
    assert.equal(
      rendered(template("$.json.listValue"), answered({ listValue: [] })),
      '{"body": [], "nested": , "isNull": "false", "isEmptyString": "false"}',
    );
    assert.equal(rendered(template("$.json.listValue"), answered({ listValue: null })), nothing);
  });

  it("gives the body as recorded, and an empty object for none", () => {
    const raw = "#set($result = $input.body)$result";
    const form = "Action=SendMessage&MessageBody=$input.body";
    const encoded =
      "EncodedBody=$util.urlEncode($input.body)&EncodedBodyAccess=$util.urlEncode($input.body.testAccess)";
    assert.equal(rendered(raw), "{}");
    assert.equal(rendered(raw, '{"some": "value"}'), '{"some": "value"}');
    assert.equal(rendered(raw, "some raw data"), "some raw data");
    assert.equal(rendered(form, '{"some": "value"}'), 'Action=SendMessage&MessageBody={"some": "value"}');
    assert.equal(rendered("#set($result = $input.body.testAccess)$result", '{"testAccess": 1}'), "");
    assert.equal(rendered(encoded), "EncodedBody=%7B%7D&EncodedBodyAccess=");
    assert.equal(
      rendered(encoded, '{"some": "value"}'),
      "EncodedBody=%7B%22some%22%3A+%22value%22%7D&EncodedBodyAccess=",
    );
    assert.equal(rendered(encoded, "some raw data"), "EncodedBody=some+raw+data&EncodedBodyAccess=");
  });

  it("begins with lists and maps that hold nothing", () => {
    assert.equal(rendered("#set($l = [])#set($none = $l.add(1))$l"), "[1]");
    assert.equal(rendered("#set($m = {})#set($none = $m.put('a', 1))$m"), "{a=1}");
    assert.equal(rendered("#set($m = {'a': {}, 'b': []})$m"), "{a={}, b=[]}");
  });

  it("ends where it goes on for too long or gives too much", async () => {
    const loops = (text: string) =>
      ["i", "j", "k"].reduce((inner, name) => `#foreach($${name} in [1..1000])${inner}#end`, text);
    assert.throws(() => rendered(loops("#set($x = 1)".repeat(20))), { message: /more than 2,000,000 steps/ });
    const doubles = "#set($s = 'x')#foreach($i in [1..60])#set($s = \"$s$s\")#end$s.length()";
    assert.throws(() => rendered(doubles), { message: /a text of more than 10 MB/ });
    const slow = "a".repeat(60);
    for (const call of ["matches('(a+)+b')", "split('(a+)+b')"])
      await assert.rejects(
        () => inShortTime(() => rendered(`#set($s = '${slow}')$s.${call}`)),
        { message: /takes longer than 250 ms/ },
        call,
      );
  });

  it("is refused where it cannot be read, without a word of it", () => {
    const refused = (template: string) => {
      try {
        return rendered(template);
      } catch (error) {
        assert.ok(error instanceof NotJudged);
        return error.message;
      }
    };
    assert.equal(refused("secret\n #set($x = )"), "a template cannot be read: line 2, about column 10");
    for (const open of [
      "#if(true) yes",
      "#if(true)",
      "a#foreach($i in [1])#if($i)x#end",
      "#if(false)a#{else}b",
    ])
      assert.equal(refused(open), "a template cannot be read: a block has no #end", open);
    assert.equal(refused("#if(true) x#end x"), " x x");
    assert.equal(refused("## #if\n#if(true)$x#end #[[ #if ]]#"), "  #if ");
  });

  it("reads paths of a body, and gives JSON of what is there", async () => {
    const body = { a: [{ n: 1 }, { n: "two" }], "b c": { d: null } };
    assert.equal(rendered("$input.json('$')", body), JSON.stringify(body));
    assert.equal(rendered("$input.json('$.a[1].n') $input.json('$.a[-1]')", body), '"two" {"n":"two"}');
    assert.equal(rendered("$input.json('$.a[*].n') $input.json('$..n')", body), '[1,"two"] [1,"two"]');
    assert.equal(rendered("$input.json(\"$['b c']\") $input.json('$.x')", body), '{"d":null} ""');
    assert.throws(() => rendered("$input.json('$.a[?(@.n == 1)]')", body), NotJudged);
    let deep: object = {};
    for (let depth = 0; depth < 80; depth++) deep = { n: deep };
    await assert.rejects(() => inShortTime(() => rendered(`$input.json('$${"..n".repeat(6)}')`, deep)), {
      name: "NotJudged",
      message: "the path $..n..n..n..n..n..n of a template takes longer than 250 ms",
    });
  });

  it("finds parameters by name in path, query and headers, and all of them", () => {
    assert.equal(rendered("$input.params('id') $input.params('q') $input.params('x-kind')"), "7 x y cow");
    assert.equal(rendered("[$input.params('none')]"), "[]");
    const all =
      "#set($p = $input.params())#foreach($t in $p.keySet())#set($m = $p.get($t))#foreach($k in $m.keySet())$t.$k=$util.escapeJavaScript($m.get($k));#end#end";
    assert.equal(rendered(all), "path.id=7;querystring.q=x y;header.Host=127.0.0.1:3000;header.X-Kind=cow;");
  });

  it("knows the context of the request and the stage's variables", () => {
    const template =
      "$context.httpMethod $context.stage $context.resourcePath $context.identity.sourceIp $context.apiId $stageVariables.tier [$context.authorizer.principalId]";
    assert.equal(rendered(template), "POST dev /barns/{id} 127.0.0.1 a1b2c3d4e5 b []");
  });

  it("has the functions of $util", () => {
    assert.equal(rendered(`$util.escapeJavaScript('a"b\\c')`), 'a\\"b\\\\c');
    assert.equal(rendered('$util.escapeJavaScript("it\'s").replaceAll("\\\\\'", "\'")'), "it's");
    assert.equal(rendered("$util.base64Encode('hé') $util.base64Decode('aMOp')"), "aMOp hé");
    assert.equal(rendered("$util.urlDecode('x%3Da+b') $util.urlEncode('x=a+b')"), "x=a b x%3Da%2Bb");
    assert.equal(rendered("#set($o = $util.parseJson($input.body))$o.k2.arr[0]", { k2: { arr: [5] } }), "5");
  });

  it("runs branches, loops, macros and definitions", () => {
    assert.equal(rendered("#foreach($e in [1..3])$e#if($foreach.hasNext),#end#end"), "1,2,3");
    assert.equal(rendered("#foreach($e in [1..9])#if($e == 3)#break#end$e#end"), "12");
    assert.equal(
      rendered("#foreach($a in ['x','y'])#foreach($b in [1,2])$a$b$foreach.parent.index #end#end"),
      "x10 x20 y11 y21 ",
    );
    assert.equal(rendered("#if(false)1#elseif($none)2#elseif(0)3#{else}4#end"), "3");
    assert.equal(rendered("#macro(hi $who)hi $who #end#hi('a')#hi('b')"), "hi a hi b ");
    assert.equal(rendered("#define($d)$x#end#set($x = 1)$d#set($x = 2)$d"), "12");
    assert.equal(
      rendered("#set($m = {'a': 1})#set($m.b = 2)$m.put('c', 3)$m $m.size()"),
      "{a=1, b=2, c=3} 3",
    );
    assert.equal(
      rendered('#set($n = 7 / 2 + 2 * 3)#set($s = "$n!")$s #if($n > 8 && !($n == 10))y#end'),
      "9! y",
    );
    assert.equal(rendered("$1.50 #[[ $raw ]]# \\$x## comment"), "$1.50  $raw  $x");
  });

  it("names what it does not work out", () => {
    assert.throws(() => rendered("#parse('x')"), /uses #parse/);
    assert.throws(() => rendered("#other('x')"), /calls #other/);
    assert.throws(() => rendered("$input.body.codePointAt(0)"), /calls codePointAt\(\)/);
    assert.throws(() => rendered("#if($x"), /cannot be read/);
    assert.equal(unknownCall("$util.escapeJavaScript($input.json('$'))"), undefined);
    assert.equal(unknownCall("$util.dynamodb.toDynamoDB($x)"), "$util.dynamodb");
  });
});
