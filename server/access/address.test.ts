import { expect, test } from "vitest";
import { addressOf } from "./address";

const from = (forwarded: string) => addressOf(new Headers({ "x-forwarded-for": forwarded }));

test("an address is what the nearest proxy says, not what its client claims, and nothing else than an address", () => {
  expect(from("203.0.113.9")).toBe("203.0.113.9");
  expect(from("10.0.0.1, 2001:db8::7")).toBe("2001:db8::7");
  expect(from("203.0.113.9, <script>")).toBeNull();
  expect(addressOf(new Headers())).toBeNull();
});
