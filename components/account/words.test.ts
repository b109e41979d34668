import { expect, test } from "vitest";
import { plain } from "@/server/say";
import { loginFrom } from "./login-from";
import { passwordProblem, pathAfterSetUp, pathAfterSignIn } from "./words";

test("a sign-in leads to the page that was asked for, and never to another site", () => {
  expect(pathAfterSignIn("/transfers?host=nas")).toBe("/transfers?host=nas");
  for (const elsewhere of [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/.//evil.example/",
    "/a/..//evil.example",
    "/%2e//evil.example",
    "/./\\evil.example",
    "//halfway.invalid//evil.example",
    "//halfway.invalid/.//evil.example",
    "",
  ]) {
    expect(pathAfterSignIn(elsewhere)).toBe("/");
  }
  expect(pathAfterSignIn(undefined)).toBe("/");
  const login = new URL(loginFrom({ pathname: "/transfers", search: "?host=a&state=open" }), "http://nas");
  expect(pathAfterSignIn(login.searchParams.get("next") ?? "")).toBe("/transfers?host=a&state=open");
});

test("a password is long, and typed twice the same", () => {
  expect(plain(passwordProblem("short", "short") ?? "")).toContain("at least 12");
  expect(plain(passwordProblem("correct horse battery", "correct horse") ?? "")).toContain("not the same");
  expect(passwordProblem("correct horse battery", "correct horse battery")).toBeNull();
});

test("who made the first account is led to the hosts where none answers, and else to what is listed", () => {
  expect(pathAfterSetUp([])).toBe("/hosts");
  // One that does not answer yet is on the list of receives, with what is wrong.
  expect(pathAfterSetUp([{ status: "offline" }])).toBe("/");
});
