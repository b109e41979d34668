export const dynamic = "force-dynamic";

/** Answers once the server does; says nothing about anybody's data. */
export function GET(): Response {
  return Response.json({ status: "ok" });
}
