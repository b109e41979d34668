import * as oidc from "openid-client";
import { describe, expect, test, vi } from "vitest";
import { Provider } from "./provider";
import { accountNameOf, providerSettings, roleOf } from "./provider-config";

vi.mock(import("openid-client"), async (original) => ({
  ...(await original()),
  ...{ discovery: vi.fn(), authorizationCodeGrant: vi.fn() },
}));

const valid = { name: "Home", issuer: "https://id.lan", clientId: "halfway", defaultRole: "viewer" };

describe("a role", () => {
  const mapped = {
    roles: { claim: "groups", viewer: ["staff"], operator: ["ops"], admin: ["nas-admins", "root"] },
  };

  test("is the highest that somebody's claims make them", () => {
    expect(roleOf({ groups: ["staff", "nas-admins", "ops"] }, mapped)).toBe("admin");
    expect(roleOf({ groups: ["ops", "staff"] }, mapped)).toBe("operator");
    expect(roleOf({ groups: "staff" }, mapped)).toBe("viewer");
  });

  test("is none for who is not mapped, whatever shape the claim has", () => {
    const shapes = [
      ["others"],
      [],
      undefined,
      null,
      7,
      {},
      ["Staff"],
      "staff ops",
      [["staff"]],
      { staff: 1 },
    ];
    for (const groups of shapes) expect(roleOf({ groups }, mapped)).toBeNull();
    expect(roleOf({}, mapped)).toBeNull();
    expect(roleOf({ group: ["root"] }, { roles: { ...mapped.roles, claim: "constructor.name" } })).toBeNull();
  });

  test("is the default one for who has none by their claims, where there is one", () => {
    const withDefault = { ...mapped, defaultRole: "viewer" } as const;
    expect(roleOf({ groups: ["others"] }, withDefault)).toBe("viewer");
    expect(roleOf({ groups: ["root"] }, withDefault)).toBe("admin");
    expect(roleOf({}, { defaultRole: "operator" })).toBe("operator");
  });

  test("is found in claims within claims, and in those whose names have dots", () => {
    const deep = { roles: { ...mapped.roles, claim: "realm_access.roles" } };
    expect(roleOf({ realm_access: { roles: ["ops"] } }, deep)).toBe("operator");
    const url = { roles: { ...mapped.roles, claim: "https://id.lan/groups" } };
    expect(roleOf({ "https://id.lan/groups": ["ops"] }, url)).toBe("operator");
  });
});

describe("an account's name", () => {
  const named = (preferred_username: unknown) =>
    accountNameOf({ preferred_username }, { nameClaim: "preferred_username" });

  test("is the provider's, in the letters that names have here", () => {
    expect(named("alice")).toBe("alice");
    expect(named("Élise Müller")).toBe("elise-muller");
    expect(named("..bob@id.lan")).toBe("bob-id.lan");
    expect(named("x".repeat(99))).toHaveLength(32);
  });

  test("is not made up where there is none", () => {
    for (const nothing of [undefined, "", "@", 7, {}])
      expect(() => named(nothing)).toThrow("could be a name");
  });
});

test("what a browser says that a provider answered makes up no line of the log", async () => {
  const answer = { error: "x\nhalfway: all is well", error_description: "y\nhalfway: all is well" };
  const refused = new oidc.AuthorizationResponseError("refused", { cause: new URLSearchParams(answer) });
  vi.mocked(oidc.authorizationCodeGrant).mockRejectedValue(refused);
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const config = providerSettings.parse(valid);
  const pending = { state: "s", nonce: "n", verifier: "v", again: false, next: "/" };
  const asked = new Provider(config).finish("?code=x", pending, {
    name: "nas.lan",
    origin: "https://nas.lan",
  });
  await expect(asked).rejects.toThrow("does not prove");
  expect(log).toHaveBeenCalledOnce();
  expect(log.mock.calls.join()).not.toContain("\n");
});
