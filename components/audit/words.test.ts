import { expect, it } from "vitest";
import { addressOf } from "@/components/ui/use-filters";
import { aboutWords, byWords, filtersOf, queryOf, wordsOf } from "./words";

const none = filtersOf(new URLSearchParams());

it("keeps its filters in the address, and leaves out what it does not know", () => {
  const filters = { ...none, actor: "a b", outcome: "denied", from: "2026-11-01", to: "2026-11-23" } as const;
  expect(filtersOf(new URLSearchParams(addressOf(filters)))).toEqual(filters);
  expect(addressOf(none)).toBe("");
  const odd = filtersOf(new URLSearchParams("outcome=constructor&from=2026-02-31&to=tomorrow&host=nas"));
  expect(odd).toEqual({ ...none, host: "nas" });
});

it("asks for whole days, the last one included", () => {
  expect(queryOf({ ...none, actor: " bob ", from: "2026-11-30", to: "2026-11-30", outcome: "open" })).toEqual(
    {
      ...{ actor: "bob", outcome: "open" },
      ...{ from: new Date(2026, 10, 30).getTime(), to: new Date(2026, 11, 1).getTime() },
    },
  );
  expect(queryOf(none)).toEqual({});
});

it("says who did what to what, as far as it is known", () => {
  expect(wordsOf("receives.abort")).toEqual("Abort a receive");
  expect(wordsOf("toString")).toEqual("toString");
  expect(byWords({ actor: "alice", address: "203.0.113.9" })).toEqual("alice, from 203.0.113.9");
  expect(byWords({ actor: "npm run admin", address: null })).toEqual("npm run admin");
  expect(aboutWords({ host: "nas", dataset: "backup/a", subject: "attempt 2" })).toEqual(
    "backup/a on nas · attempt 2",
  );
  expect(aboutWords({ host: null, dataset: null, subject: "bob" })).toEqual("bob");
  expect(aboutWords({ host: null, dataset: null, subject: null })).toBeNull();
});
