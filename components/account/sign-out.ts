"use client";

import { useMutation } from "@tanstack/react-query";
import { useTRPC } from "@/components/live/client";

/** Signs out, and leaves the page. */
export function useSignOut() {
  const trpc = useTRPC();
  return useMutation(
    trpc.session.signOut.mutationOptions({ onSuccess: () => window.location.assign("/login") }),
  );
}
