import { expect, test } from "vitest";
import { accountName } from "@/server/access/accounts";
import { expiryWords, nameProblem, sessionWords } from "./words";

const day = 24 * 60 * 60_000;

test("a token says until when it is let in, and since when not any more", () => {
  expect(expiryWords(30 * day, 0)).toEqual("expires in 30 days");
  expect(expiryWords(0, 3 * day)).toEqual("expired 3 days ago");
  expect(expiryWords(0, 0)).toEqual("expired just now");
});

test("sessions are counted", () => {
  expect([0, 1, 2].map(sessionWords)).toEqual(["no session", "1 session", "2 sessions"]);
});

test("the form takes the names that the server takes", () => {
  const names = [
    "bob",
    "Bob",
    " bob ",
    "b.o-b_2",
    "0",
    "",
    "-bob",
    "b b",
    "bób",
    "b".repeat(32),
    "b".repeat(33),
  ];
  for (const name of names) {
    expect([name, nameProblem(name) === null]).toEqual([name, accountName.safeParse(name).success]);
  }
});
