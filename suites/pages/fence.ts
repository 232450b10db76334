/** A fence for what a page's library passes on to its page. */
import type { Client } from "../client/client.ts";
import type { Attempt } from "../engine/attempt.ts";
import { type Fence, settle } from "../engine/fence.ts";
import { pageOf } from "./page.ts";

/**
 * Publishes an event that the page's library passes on, and waits for it: what was published
 * before and has not been passed on by then never will be.
 */
export async function fencePage(attempt: Attempt, client: Client): Promise<Fence> {
  const channel = attempt.names.of(`fence-page-${client.name}`);
  const passes = (name: string) =>
    attempt.log.until(
      (event) =>
        event.kind === "page" && event.who === client.name && event.what === "event" &&
        event.event === name && event.channel === channel,
      { deadlineMs: attempt.deadlineMs },
    );
  pageOf(client).join(channel);
  if (!(await passes("pusher:subscription_succeeded"))) return "lost";
  const name = `fence-${attempt.nextNumber()}`;
  const began = performance.now();
  await attempt.call({
    method: "POST",
    path: "/events",
    body: { name, channel, data: "{}" },
    app: client.app,
  });
  if (!(await passes(name))) return "lost";
  await settle(attempt, performance.now() - began);
  return "passed";
}
