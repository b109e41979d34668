import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { LanguageProvider } from "@/components/language/language";
import { barColours } from "@/components/shell/theme";
import "./globals.css";
import { spoken, spokenT, themed } from "./spoken";

export async function generateMetadata(): Promise<Metadata> {
  const t = await spokenT();
  return {
    title: "Halfway",
    description: t`Finish, discard or redo interrupted ZFS receives.`,
    icons: { icon: "/icon.svg", apple: "/apple-touch-icon.png" },
    manifest: "/manifest.webmanifest",
  };
}

export async function generateViewport(): Promise<Viewport> {
  const theme = await themed();
  return {
    colorScheme: theme === "system" ? "light dark" : theme,
    themeColor: (["light", "dark"] as const).map((scheme) => ({
      media: `(prefers-color-scheme: ${scheme})`,
      color: barColours[theme === "system" ? scheme : theme],
    })),
    // A phone's keyboard must not cover the field that confirms.
    interactiveWidget: "resizes-content",
  };
}

/** The document around every page. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  // The nonce of the Content-Security-Policy is another one for each answer: nothing is made beforehand. Cookies see to that.
  const [language, theme] = await Promise.all([spoken(), themed()]);
  return (
    <html lang={language} data-theme={theme}>
      <body>
        <LanguageProvider language={language}>
          <div className="isolate">{children}</div>
        </LanguageProvider>
      </body>
    </html>
  );
}
