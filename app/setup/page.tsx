import { redirect } from "next/navigation";
import { SetUpForm } from "@/components/account/set-up-form";
import { ServerProvider } from "@/components/live/server-provider";
import { anybody } from "@/server/api/visitor";
import { titled } from "../spoken";

export const generateMetadata = () => titled((t) => t`Set up`);

/** Where the first account is made, by whoever can read the log. */
export default async function Page() {
  const { running } = await anybody();
  if (!(await running.access.needsSetUp())) redirect("/login");
  return (
    <ServerProvider me={null}>
      <SetUpForm lasting={running.access.lasting} />
    </ServerProvider>
  );
}
