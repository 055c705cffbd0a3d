import assert from "node:assert/strict";
import type { RecordedResource, Value } from "../../../program/recording.ts";
import { compare } from "../../../review/diff/compare.ts";
import { recording, resource } from "../support/recordings.ts";

type Statement = { [key: string]: Value };

const TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/stock";

function allow(action: Value, target: Value = TABLE, more: Statement = {}): Statement {
  return { Effect: "Allow", Action: action, Resource: target, ...more };
}

/** Functions of one role with a policy of these statements. */
function program(statements: Statement[], functions = ["read"]) {
  const arn = "arn:aws:iam::123456789012:role/reader";
  return recording([
    resource("aws:iam/role:Role", "reader", {}, { outputs: { arn, id: "reader", name: "reader" } }),
    resource("aws:iam/rolePolicy:RolePolicy", "reader", {
      role: "reader",
      policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    }),
    ...functions.map((name) => resource("aws:lambda/function:Function", name, { role: arn })),
  ]);
}

function changes(before: Statement[], after: Statement[]): string[] {
  return summaries(compare({ recording: program(before) }, { recording: program(after) }));
}

function summaries({ permissions }: ReturnType<typeof compare>): string[] {
  return permissions.map(
    ({ direction, holderName, effect, principal, action, resource: target, condition }) =>
      [direction, holderName, effect, principal, action, target === TABLE ? "table" : target, condition]
        .filter(Boolean)
        .join(" "),
  );
}

describe("comparePermissions", () => {
  it("tells what a function may in addition, and what no longer", () => {
    assert.deepEqual(
      changes(
        [allow(["dynamodb:GetItem", "dynamodb:Query"])],
        [allow(["dynamodb:Query", "dynamodb:PutItem"])],
      ),
      ["narrowed read Allow dynamodb:GetItem table", "widened read Allow dynamodb:PutItem table"],
    );
  });

  it("takes an additional Deny for narrower, and one less for wider", () => {
    const deny = { ...allow("dynamodb:DeleteItem"), Effect: "Deny" };
    assert.deepEqual(changes([], [deny]), ["narrowed read Deny dynamodb:DeleteItem table"]);
    assert.deepEqual(changes([deny], []), ["widened read Deny dynamodb:DeleteItem table"]);
  });

  it("takes nothing for wider that was allowed by a wildcard already", () => {
    assert.deepEqual(
      changes([allow("dynamodb:*", "*")], [allow("dynamodb:*", "*"), allow("DynamoDB:getItem")]),
      [],
    );
    assert.deepEqual(changes([allow("dynamodb:Get*")], [allow("dynamodb:GetItem")]), [
      "narrowed read Allow dynamodb:Get* table",
    ]);
    assert.deepEqual(
      changes(
        [allow("dynamodb:GetItem", `${TABLE}/index/*`)],
        [allow("dynamodb:GetItem", `${TABLE}/index/by-name`)],
      ),
      [`narrowed read Allow dynamodb:GetItem ${TABLE}/index/*`],
    );
  });

  it("takes a condition less for wider, and one more for narrower", () => {
    const conditioned = allow("dynamodb:GetItem", TABLE, {
      Condition: { Bool: { "aws:SecureTransport": "true" } },
    });
    assert.deepEqual(changes([conditioned], [allow("dynamodb:GetItem")]), [
      "widened read Allow dynamodb:GetItem table",
    ]);
    assert.deepEqual(changes([allow("dynamodb:GetItem")], [conditioned]), [
      "narrowed read Allow dynamodb:GetItem table",
    ]);
  });

  it("names NotAction and NotResource for what they are", () => {
    const statement = { Effect: "Allow", NotAction: ["iam:*", "sts:*"], NotResource: TABLE };
    assert.deepEqual(changes([], [statement]), [
      `widened read Allow everything but iam:*, sts:* everything but ${TABLE}`,
    ]);
  });

  it("gives each function of a role its own, so that a further function is told alone", () => {
    const diff = compare(
      { recording: program([allow("dynamodb:GetItem")]) },
      { recording: program([allow("dynamodb:GetItem")], ["read", "list"]) },
    );
    assert.deepEqual(summaries(diff), ["widened list Allow dynamodb:GetItem table"]);
  });

  it("tells a role that no function has by its own name", () => {
    const diff = compare(
      { recording: program([], []) },
      { recording: program([allow("dynamodb:GetItem")], []) },
    );
    assert.deepEqual(
      diff.permissions.map(({ holderName, holderKind }) => [holderName, holderKind]),
      [["reader", "role"]],
    );
  });

  it("reads attached policies of the program, and names those that AWS keeps", () => {
    const role = resource("aws:iam/role:Role", "reader", {}, { outputs: { arn: "arn:role", id: "reader" } });
    const attached = (name: string, arn: string) =>
      resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", name, { role: "reader", policyArn: arn });
    const managed = resource(
      "aws:iam/policy:Policy",
      "own",
      { policy: JSON.stringify({ Statement: allow("s3:GetObject", "arn:aws:s3:::b/*") }) },
      { outputs: { arn: "arn:own" } },
    );
    const diff = compare(
      { recording: recording([role, managed]) },
      {
        recording: recording([
          role,
          managed,
          attached("own", "arn:own"),
          attached("aws", "arn:aws:iam::aws:policy/AdministratorAccess"),
        ]),
      },
    );
    assert.deepEqual(summaries(diff), [
      "widened reader Allow all of arn:aws:iam::aws:policy/AdministratorAccess *",
      "widened reader Allow s3:GetObject arn:aws:s3:::b/*",
    ]);
  });

  it("tells who else may use a resource or call a function", () => {
    const lambda = resource(
      "aws:lambda/function:Function",
      "read",
      {},
      { outputs: { name: "shop-read", arn: "arn:read" } },
    );
    const permission = (sourceArn?: string): RecordedResource =>
      resource("aws:lambda/permission:Permission", "call", {
        action: "lambda:InvokeFunction",
        function: "shop-read",
        principal: "apigateway.amazonaws.com",
        ...(sourceArn !== undefined && { sourceArn }),
      });
    const diff = compare(
      { recording: recording([lambda, permission("arn:api/*/GET/stock")]) },
      { recording: recording([lambda, permission()]) },
    );
    assert.deepEqual(summaries(diff), [
      "widened read Allow apigateway.amazonaws.com lambda:InvokeFunction itself",
    ]);
  });

  it("takes users of an Atlas database for the functions that they are", () => {
    const user = (roleName: string) =>
      resource("mongodbatlas:index/databaseUser:DatabaseUser", "read-barns-user", {
        username: "arn:aws:iam::123456789012:role/reader",
        roles: [{ roleName, databaseName: "barns" }],
      });
    const before = program([]);
    const diff = compare(
      { recording: { ...before, resources: [...before.resources, user("read")] } },
      { recording: { ...before, resources: [...before.resources, user("readWrite")] } },
    );
    assert.deepEqual(summaries(diff), ["widened read Allow mongodb:write database barns"]);
    assert.deepEqual(
      diff.resources.flatMap(({ properties }) => properties.map(({ reportedIn }) => reportedIn)),
      ["permissions", "permissions"],
    );
  });

  it("opens no policy that is a secret", () => {
    const secret = recording([
      resource("aws:sqs/queue:Queue", "q", {
        policy: { $: "secret", value: JSON.stringify({ Statement: [allow("sqs:SendMessage")] }) },
      }),
    ]);
    const diff = compare(
      { recording: recording([resource("aws:sqs/queue:Queue", "q")]) },
      { recording: secret },
    );
    assert.deepEqual(diff.permissions, []);
    assert.deepEqual(diff.resources[0]?.properties, [{ path: "policy", after: "[secret]", secret: true }]);
  });

  describe("of every kind of policy", () => {
    const policy = (Action: Value, more: Statement = {}): string =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action, Resource: "*", ...more }],
      });
    const anybody = { Principal: "*" };
    const user = resource("aws:iam/user:User", "robot", {}, { outputs: { name: "robot" } });
    const group = resource("aws:iam/group:Group", "staff", {}, { outputs: { name: "staff" } });
    const role = resource("aws:iam/role:Role", "clerk", {}, { outputs: { name: "clerk" } });
    const managedArn = "arn:aws:iam::123456789012:policy/managed";
    const managed = resource(
      "aws:iam/policy:Policy",
      "managed",
      { policy: policy("s3:GetObject") },
      { outputs: { arn: managedArn } },
    );
    const arnOf = (name: string) => ({ outputs: { arn: `arn:${name}`, id: `arn:${name}`, name } });

    const cases: [string, RecordedResource[], RecordedResource[], string[]][] = [
      [
        "a user's own policy",
        [user],
        [
          user,
          resource("aws:iam/userPolicy:UserPolicy", "p", { user: "robot", policy: policy("s3:GetObject") }),
        ],
        ["widened robot Allow s3:GetObject *"],
      ],
      [
        "a group's own policy",
        [group],
        [
          group,
          resource("aws:iam/groupPolicy:GroupPolicy", "p", {
            group: "staff",
            policy: policy("s3:GetObject"),
          }),
        ],
        ["widened staff Allow s3:GetObject *"],
      ],
      [
        "an attachment to users, groups and roles at once",
        [user, group, role, managed],
        [
          ...[user, group, role, managed],
          resource("aws:iam/policyAttachment:PolicyAttachment", "a", {
            policyArn: managedArn,
            users: ["robot"],
            groups: ["staff"],
            roles: ["clerk"],
          }),
        ],
        [
          "widened staff Allow s3:GetObject *",
          "widened clerk Allow s3:GetObject *",
          "widened robot Allow s3:GetObject *",
        ],
      ],
      [
        "a list of all that a role has attached",
        [role, managed],
        [
          ...[role, managed],
          resource("aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "a", {
            roleName: "clerk",
            policyArns: [managedArn],
          }),
        ],
        ["widened clerk Allow s3:GetObject *"],
      ],
      [
        "a boundary that is gone",
        [{ ...role, inputs: { permissionsBoundary: "arn:aws:iam::aws:policy/ReadOnlyAccess" } }],
        [role],
        ["widened clerk Deny everything beyond the boundary arn:aws:iam::aws:policy/ReadOnlyAccess *"],
      ],
      ...(
        [
          [
            "aws:secretsmanager/secret:Secret",
            "aws:secretsmanager/secretPolicy:SecretPolicy",
            "secretArn",
            "secretsmanager:GetSecretValue",
          ],
          ["aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy", "keyId", "kms:Decrypt"],
          [
            "aws:ecr/repository:Repository",
            "aws:ecr/repositoryPolicy:RepositoryPolicy",
            "repository",
            "ecr:BatchGetImage",
          ],
          [
            "aws:dynamodb/table:Table",
            "aws:dynamodb/resourcePolicy:ResourcePolicy",
            "resourceArn",
            "dynamodb:GetItem",
          ],
          [
            "aws:cloudwatch/eventBus:EventBus",
            "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
            "eventBusName",
            "events:PutEvents",
          ],
        ] as const
      ).map(([type, guard, property, action]): (typeof cases)[number] => {
        const guarded = resource(type, "guarded", {}, arnOf("guarded"));
        const of = (text: string) => [
          guarded,
          resource(guard, "guard", { [property]: "arn:guarded", policy: text }),
        ];
        return [
          guard,
          of(policy(action, { Principal: { AWS: "arn:aws:iam::1:root" } })),
          of(policy(action, anybody)),
          [
            `widened guarded Allow anybody ${action} *`,
            `narrowed guarded Allow arn:aws:iam::1:root ${action} *`,
          ],
        ];
      }),
      [
        "whoever may send to a bus",
        [],
        [
          resource("aws:cloudwatch/eventPermission:EventPermission", "all", {
            principal: "*",
            statementId: "all",
          }),
        ],
        ["widened all Allow anybody events:PutEvents itself"],
      ],
      ...(["issuer", "audiences"] as const).map((key): (typeof cases)[number] => {
        const api = resource("aws:apigatewayv2/api:Api", "api", {}, { outputs: { id: "the-api" } });
        const jwt = { issuer: "https://a.example", audiences: ["shop"] };
        const of = (jwtConfiguration: Value) => [
          api,
          resource("aws:apigatewayv2/authorizer:Authorizer", "jwt", { apiId: "the-api", jwtConfiguration }),
        ];
        const other =
          key === "issuer" ? { ...jwt, issuer: "https://b.example" } : { ...jwt, audiences: ["other"] };
        const principal = ({ issuer, audiences }: typeof jwt) =>
          `whoever has a token of ${issuer} for ${audiences[0]}`;
        const call = "execute-api:Invoke its guarded routes";
        return [
          `tokens of another ${key}`,
          of(jwt),
          of(other),
          [`narrowed api Allow ${principal(jwt)} ${call}`, `widened api Allow ${principal(other)} ${call}`],
        ];
      }),
    ];

    for (const [what, before, after, expected] of cases) {
      it(`tells ${what}`, () => {
        const found = summaries(compare({ recording: recording(before) }, { recording: recording(after) }));
        const relevant = found.filter((line) => !line.includes(" managed "));
        assert.deepEqual(relevant.toSorted(), expected.toSorted());
      });
    }

    it("tells an API that is quick-created with a route that nothing guards", () => {
      const lambda = resource("aws:lambda/function:Function", "f", {}, { outputs: { arn: "arn:f" } });
      const { routes } = compare(
        { recording: recording([lambda]) },
        { recording: recording([lambda, resource("aws:apigatewayv2/api:Api", "api", { target: "arn:f" })]) },
      );
      assert.deepEqual(
        routes.map(({ change, api, route, after }) => [change, api, route, after]),
        [["opened", "api", "$default", { authorization: "open", function: "f" }]],
      );
    });
  });

  it("leaves what lets a route through to the routes, and what all have to a count", () => {
    const API = resource("aws:apigatewayv2/api:Api", "api", {}, { outputs: { id: "the-api" } });
    const lambda = resource(
      "aws:lambda/function:Function",
      "read",
      {},
      { outputs: { arn: "arn:read", invokeArn: "arn:invoke" } },
    );
    const integration = resource(
      "aws:apigatewayv2/integration:Integration",
      "i",
      { apiId: "the-api", integrationUri: "arn:invoke" },
      { outputs: { id: "the-integration" } },
    );
    const route = resource("aws:apigatewayv2/route:Route", "r", {
      apiId: "the-api",
      routeKey: "GET /ferns",
      target: "integrations/the-integration",
    });
    const permission = (sourceArn: string) =>
      resource("aws:lambda/permission:Permission", "p", {
        action: "lambda:InvokeFunction",
        function: "arn:read",
        principal: "apigateway.amazonaws.com",
        sourceArn,
      });
    const of = (sourceArn: string) =>
      compare(
        { recording: recording([API, lambda]) },
        { recording: recording([API, lambda, integration, route, permission(sourceArn)]) },
      );
    const reportedIn = (sourceArn: string) => of(sourceArn).permissions.map((change) => change.reportedIn);
    assert.deepEqual(reportedIn("arn:aws:execute-api:eu-central-1:1:the-api/*/GET/ferns"), ["routes"]);
    assert.deepEqual(reportedIn("arn:aws:execute-api:eu-central-1:1:the-api/*/POST/ferns"), [undefined]);
  });
});
