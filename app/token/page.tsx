import { ConnectionState } from "@/components/live/connection";
import { TokenReader } from "@/components/tokens/token-reader";
import { Header } from "@/components/ui/header";
import { SignedIn } from "../signed-in";
import { titled } from "../spoken";

export const generateMetadata = () => titled((t) => t`Read a resume token`);

/** Where one can paste a resume token and read what it says. */
export default function Page() {
  return (
    <SignedIn>
      <Header current="/token">
        <ConnectionState />
      </Header>
      <main className="mx-auto max-w-4xl px-4 pt-8 pb-20 sm:px-6">
        <TokenReader />
      </main>
    </SignedIn>
  );
}
