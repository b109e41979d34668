import { SettingsPage } from "@/components/settings/settings-page";
import { SignedIn } from "../signed-in";
import { titled } from "../spoken";

export const generateMetadata = () => titled((t) => t`Settings`);

/** How transfers are carried out, and what is resumed without being asked. */
export default function Page() {
  return (
    <SignedIn>
      <SettingsPage />
    </SignedIn>
  );
}
