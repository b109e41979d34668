import type { Metadata, Viewport } from "next";
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
export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <div className="isolate">{children}</div>
      </body>
    </html>
  );
}
