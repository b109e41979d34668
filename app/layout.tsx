import type { Metadata, Viewport } from "next";
import { connection } from "next/server";
import type { ReactNode } from "react";
import "./globals.css";

export const metadata: Metadata = {
  title: "Halfway",
  description: "Finish, discard or redo interrupted ZFS receives.",
  icons: { icon: "/icon.svg" },
};

export const viewport: Viewport = {
  colorScheme: "light dark",
  // A phone's keyboard must not cover the field that confirms.
  interactiveWidget: "resizes-content",
};

/** The document around every page. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  // The nonce of the Content-Security-Policy is another one for each answer: nothing is made beforehand.
  await connection();
  return (
    <html lang="en">
      <body>
        <div className="isolate">{children}</div>
      </body>
    </html>
  );
}
