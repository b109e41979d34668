import { ProviderReturn } from "@/components/account/provider-return";
import { ServerProvider } from "@/components/live/server-provider";
import { anybody } from "@/server/api/visitor";
import { titled } from "../../spoken";

export const generateMetadata = () => titled((t) => t`Sign in elsewhere`);

/** Where the provider sends people back to. Opening it changes nothing: the page asks the server as for anything else. */
export default async function Page() {
  const { me } = await anybody();
  return (
    <ServerProvider me={me}>
      <ProviderReturn />
    </ServerProvider>
  );
}
