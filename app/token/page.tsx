import type { Metadata } from "next";
import { ServerProvider } from "@/components/live/server-provider";
import { TokenReader } from "@/components/tokens/token-reader";
import { Header } from "@/components/ui/header";
import { visitor } from "@/server/api/visitor";

export const metadata: Metadata = { title: "Read a resume token" };

/** Where one can paste a resume token and read what it says. */
export default async function Page() {
  const { me } = await visitor();
  return (
    <ServerProvider me={me}>
      <Header current="/token" />
      <main className="mx-auto max-w-4xl px-4 pt-8 pb-20 sm:px-6">
        <TokenReader />
      </main>
    </ServerProvider>
  );
}
