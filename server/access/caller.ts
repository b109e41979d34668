import { HalfwayError } from "../errors";
import { say } from "../say";
import type { Role } from "./roles";

/**
 * Who sends a request.
 * - `nobody`  no session and no token, or none that counts
 * - `person`  signed in; `authenticatedAt` is when they proved last that it is them
 * - `program` shows an API token of somebody's
 */
export type Caller =
  | { kind: "nobody" }
  | {
      kind: "person";
      id: string;
      name: string;
      role: Role;
      secondFactor: boolean;
      elsewhere: boolean;
      authenticatedAt: number;
      session: string;
    }
  | { kind: "program"; name: string; owner: string; role: Role };

export type Person = Extract<Caller, { kind: "person" }>;

/** Whom something is by: a name, or said. @throws HalfwayError `UNAUTHENTICATED` */
export function nameOf(caller: Caller): string {
  switch (caller.kind) {
    case "nobody":
      throw unauthenticated();
    case "person":
      return caller.name;
    case "program":
      return say`${caller.owner} (token “${caller.name}”)`;
  }
}

/** @throws HalfwayError `UNAUTHENTICATED`, or `FORBIDDEN` for a program. */
export function personOf(caller: Caller): Person {
  switch (caller.kind) {
    case "nobody":
      throw unauthenticated();
    case "person":
      return caller;
    case "program":
      throw new HalfwayError("FORBIDDEN", say`This takes a person who is signed in, not an API token.`);
  }
}

export function unauthenticated(): HalfwayError {
  return new HalfwayError("UNAUTHENTICATED", say`Sign in first.`);
}
