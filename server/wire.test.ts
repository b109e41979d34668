import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wire } from "./wire";

const travelled = (value: unknown): unknown =>
  wire.deserialize(JSON.parse(JSON.stringify(wire.serialize(value))));

describe("what travels between the server and its pages", () => {
  test("arrives as it was, 64-bit numbers wherever they are", () => {
    const leaf = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }),
      fc.string(),
      fc.boolean(),
      fc.integer(),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        leaf,
        fc.constant(null),
        fc.array(tie("tree")),
        fc.dictionary(fc.string(), tie("tree"), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(travelled(value)).toEqual(value);
      }),
    );
  });

  test("may be nothing at all", () => {
    expect(wire.deserialize(wire.serialize(undefined))).toBeUndefined();
    expect(travelled({ a: 1, b: undefined })).toEqual({ a: 1 });
  });

  test("changes nothing but itself, whatever its names are", () => {
    const sent = JSON.parse('{"json":{"__proto__":{"isAdmin":true},"constructor":{"$bigint":"1"}}}');
    const got = wire.deserialize(sent) as object;
    expect(Object.keys(got)).toEqual(["__proto__", "constructor"]);
    expect("isAdmin" in got).toBe(false);
    expect("isAdmin" in {}).toBe(false);
  });

  test("and what only looks like a number stays what it is", () => {
    expect(wire.deserialize({ json: { $bigint: "1e9" } })).toEqual({ $bigint: "1e9" });
    expect(wire.deserialize({ json: { $bigint: 12 } })).toEqual({ $bigint: 12 });
    // A million digits take seconds to become a number.
    const long = { $bigint: "9".repeat(1_000_000) };
    expect(wire.deserialize({ json: long })).toEqual(long);
  });
});
