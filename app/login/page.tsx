import { redirect } from "next/navigation";
import { LoginForm } from "@/components/account/login-form";
import { pathAfterSignIn } from "@/components/account/words";
import { ServerProvider } from "@/components/live/server-provider";
import { anybody } from "@/server/api/visitor";
import { titled } from "../spoken";

export const generateMetadata = () => titled((t) => t`Sign in`);

/** Where everybody begins who is not signed in. */
export default async function Page({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>;
}) {
  const { next } = await searchParams;
  const path = pathAfterSignIn(typeof next === "string" ? next : undefined);
  const { me, running, ways } = await anybody();
  if (me) redirect(path);
  if (await running.access.needsSetUp()) redirect("/setup");
  return (
    <ServerProvider me={null}>
      {/* Who was sent here wanted to go somewhere; who signed out is here to stay. */}
      <LoginForm next={path} sent={next !== undefined} ways={await ways()} />
    </ServerProvider>
  );
}
