import type { Metadata } from "next";
import { ServerProvider } from "@/components/live/client";
import { TokenReader } from "@/components/tokens/token-reader";
import { Header } from "@/components/ui/header";

export const metadata: Metadata = { title: "Read a resume token" };

/** Where anyone can paste a resume token and read what it says. */
export default function Page() {
  return (
    <ServerProvider>
      <Header current="/token" />
      <main className="mx-auto max-w-4xl px-4 pt-8 pb-20 sm:px-6">
        <TokenReader />
      </main>
    </ServerProvider>
  );
}
