import { expect, it } from "vitest";
import type { PartialReceive } from "@/server/receives/types";
import { plain, say } from "@/server/say";
import type { HeldSnapshot } from "@/server/transfers/holds";
import type { Transfer } from "@/server/transfers/types";
import { needOf, totalWords } from "./words";

const held: HeldSnapshot = {
  ...{ host: "tower", snapshot: "tank/a@1", tag: "halfway:nas:backup/a", since: "Mon", madeAt: 1 },
  for: { host: "nas", dataset: "backup/a" },
  release: "zfs release halfway:nas:backup/a tank/a@1",
};
const receive = { host: "nas", dataset: "backup/a" } as PartialReceive;
const transfer = { host: "nas", dataset: "backup/a", state: "waiting" } as Transfer;

it("knows who needs a hold", () => {
  const listed = new Map([["nas", [receive]]]);
  expect(needOf(held, [transfer], listed)).toMatchObject({
    kind: "transfer",
  });
  expect(plain(needOf(held, [transfer], listed).words)).toContain("waiting");
  expect(needOf(held, [{ ...transfer, state: "failed" }], listed).kind).toBe("receive");
  expect(needOf(held, [], new Map([["nas", []]])).kind).toBe("nothing");
});

it("takes silence for no answer, not for nothing", () => {
  expect(needOf(held, [], new Map()).kind).toBe("unknown");
  expect(needOf({ ...held, for: null }, [transfer], new Map()).kind).toBe("unknown");
  const answered = { host: "tower", holds: [], problem: null };
  expect(totalWords([answered])).toBeNull();
  expect(plain(totalWords([answered, { host: "nas", holds: [], problem: say`no route` }]) ?? "")).toContain(
    "on nas is not known",
  );
});
