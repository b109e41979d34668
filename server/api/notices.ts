import { z } from "zod";
import type { ListedWay } from "../notices/notices";
import type { Outcome } from "../notices/send";
import { type NoticeSettings, noticeSettings } from "../notices/settings";
import { wayInput } from "../notices/ways";
import { say } from "../say";
import { procedure, router } from "./init";

const named = z.strictObject({ id: z.uuid() });

/** All that the page of notices shows. */
export type NoticesView = {
  ways: ListedWay[];
  settings: NoticeSettings;
  /** The time zone of Halfway's machine. */
  zone: string;
};

export const noticesRouter = router({
  /** The ways in which people are told, how each last went, and what they are told. No secret of a way is in it. */
  get: procedure.query(async ({ ctx }): Promise<NoticesView> => {
    const { notices } = ctx.halfway;
    return { ways: await notices.list(), settings: notices.settings, zone: notices.zone };
  }),

  /** Adds a way, or changes one; a secret that is null stays as it was. */
  saveWay: procedure.input(wayInput).mutation(({ ctx, input }) => ctx.halfway.notices.saveWay(input)),

  /** Takes a way out, with what still waits for it. */
  removeWay: procedure.input(named).mutation(({ ctx, input }) => ctx.halfway.notices.removeWay(input.id)),

  /** Really sends a message, and says what the other side answered. */
  testWay: procedure.input(named).mutation(async ({ ctx, input }): Promise<Outcome> => {
    const outcome = await ctx.halfway.notices.test(input.id);
    await ctx.note({ words: outcome.ok ? say`It was taken.` : outcome.problem });
    return outcome;
  }),

  /** What is told, when, and in which language. */
  saveSettings: procedure
    .input(noticeSettings)
    .mutation(({ ctx, input }): void => ctx.halfway.notices.saveSettings(input)),
});
