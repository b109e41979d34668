import type { Metadata } from "next";
import { SettingsPage } from "@/components/settings/settings-page";
import { SignedIn } from "../signed-in";

export const metadata: Metadata = { title: "Settings" };

/** How transfers are carried out, and what is resumed without being asked. */
export default function Page() {
  return (
    <SignedIn>
      <SettingsPage />
    </SignedIn>
  );
}
