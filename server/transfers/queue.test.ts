import fc from "fast-check";
import { expect, test } from "vitest";
import { type Claim, mayBegin, reordered } from "./queue";

const claim = (id: string, place: number, ...hosts: string[]): Claim => ({ id, place, hosts });

test("who comes first begins first", () => {
  const waiting = [claim("c", 3, "nas"), claim("a", 1, "nas"), claim("b", 2, "nas")];
  expect(mayBegin(waiting, [], { overall: 2, perHost: 2 })).toEqual(["a", "b"]);
});

test("a busy host makes its own transfers wait, and nobody else's", () => {
  const atWork = [claim("running", 0, "nas", "tower")];
  const waiting = [claim("a", 1, "nas", "office"), claim("b", 2, "attic", "office")];
  expect(mayBegin(waiting, atWork, { overall: 4, perHost: 1 })).toEqual(["b"]);
});

test("one between two attempts keeps its room, and takes it again", () => {
  const restarting = claim("restarting", 0, "nas");
  const waiting = [claim("a", 1, "nas")];
  const limits = { overall: 1, perHost: 1 };
  expect(mayBegin(waiting, [restarting], limits)).toEqual([]);
  expect(mayBegin([...waiting, restarting], [restarting], limits)).toEqual(["restarting"]);
});

const claims = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    place: fc.integer({ min: 0, max: 9 }),
    hosts: fc.uniqueArray(fc.constantFrom<string>("nas", "tower", "attic"), { minLength: 1, maxLength: 2 }),
  }),
  { selector: ({ id }) => id, maxLength: 20 },
);

test("never more than the limits, and never fewer than there is room for", () => {
  fc.assert(
    fc.property(
      claims,
      claims,
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 4 }),
      (waiting, running, overall, perHost) => {
        const limits = { overall, perHost };
        // What runs when a limit is lowered goes on.
        const atWork = running.filter(({ id }) => waiting.every((one) => one.id !== id));
        const chosen = mayBegin(waiting, atWork, limits);
        const busy = [...atWork, ...waiting.filter(({ id }) => chosen.includes(id))];
        const on = (host: string) => busy.filter(({ hosts }) => hosts.includes(host)).length;
        for (const { hosts } of waiting.filter(({ id }) => chosen.includes(id))) {
          for (const host of hosts) expect(on(host)).toBeLessThanOrEqual(perHost);
        }
        if (chosen.length > 0) expect(busy.length).toBeLessThanOrEqual(overall);
        for (const { id, hosts } of waiting) {
          const room = busy.length < overall && hosts.every((host) => on(host) < perHost);
          if (!chosen.includes(id)) expect(room).toBe(false);
        }
      },
    ),
  );
});

test("the queue can be put in any order", () => {
  expect(reordered(["a", "b", "c"], "c", "a")).toEqual(["c", "a", "b"]);
  expect(reordered(["a", "b", "c"], "a", null)).toEqual(["b", "c", "a"]);
  expect(reordered(["a", "b", "c"], "a", "gone")).toEqual(["b", "c", "a"]);
  expect(reordered(["a", "b", "c"], "b", "b")).toEqual(["a", "c", "b"]);
});
