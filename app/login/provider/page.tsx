import { ProviderBegin } from "@/components/account/provider-begin";
import { ServerProvider } from "@/components/live/server-provider";
import { anybody } from "@/server/api/visitor";
import { titled } from "../../spoken";

export const generateMetadata = () => titled((t) => t`Sign in elsewhere`);

/** From here one goes to the provider where one signs in. */
export default async function Page({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[]; again?: string | string[] }>;
}) {
  const { next, again } = await searchParams;
  const { me } = await anybody();
  return (
    <ServerProvider me={me}>
      <ProviderBegin next={typeof next === "string" ? next : "/"} again={again !== undefined} />
    </ServerProvider>
  );
}
