import { expect } from "vitest";
import { plain } from "../server/say";

/** Tests write sentences as they read: the marks that tell words from values are not part of what is expected. */
expect.addEqualityTesters([
  (one: unknown, other: unknown) =>
    typeof one === "string" && typeof other === "string" ? plain(one) === plain(other) : undefined,
]);
