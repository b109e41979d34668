/**
 * The Content-Security-Policy of one answer. Scripts need the nonce of this very answer; styles are let be, because
 * positioned elements carry theirs with them.
 */
export function contentPolicy(nonce: string, { https, dev }: { https: boolean; dev: boolean }): string {
  return [
    "default-src 'self'",
    // React evaluates strings in development only.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    // Over plain HTTP it would turn every request into one that nobody answers.
    ...(https ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}

/** By which the proxy tells a page its own address, which Next does not. */
export const pathHeader = "x-halfway-path";

/** What every answer says beside that. */
export const securityHeaders = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "X-DNS-Prefetch-Control": "off",
} as const;
