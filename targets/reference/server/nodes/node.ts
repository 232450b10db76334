/** One app on one of several nodes: its parts, put together. */
import type { App } from "../app.ts";
import { isPresence } from "../channels.ts";
import type { Connection } from "../connection.ts";
import type { Listeners } from "../events.ts";
import { createLocalReach } from "../local_reach.ts";
import { observed } from "../observed_registry.ts";
import { createRegistry } from "../registry.ts";
import type { AppSettings } from "../settings.ts";
import { answers } from "./answers.ts";
import { createClaims } from "./claims.ts";
import type { ScalingConfig } from "./config.ts";
import type { Line } from "./line.ts";
import { createMembership, type Membership } from "./membership.ts";
import { readNews } from "./news.ts";
import { createNodeState } from "./node_state.ts";
import { createNodeWebhooks } from "./node_webhooks.ts";
import { createQuestions, type Questions } from "./questions.ts";
import { createTeller } from "./teller.ts";
import { createViews } from "./views.ts";

/**
 * How long after Redis came back what was missed is looked for: until then other nodes may not have
 * stated what they hold, and nobody is to be told that somebody has gone who has not.
 */
const SETTLED_MS = 3000;

export interface NodeApp extends App {
  /** Hears answers to its own questions. */
  readonly questions: Questions;
  readonly membership: Membership;
  stop(): Promise<void>;
}

export function createNodeApp(
  settings: AppSettings,
  line: Line,
  { channel: scalingChannel, leaseMs }: ScalingConfig,
  events: Listeners,
): NodeApp {
  // Braces make all keys of an app lie in one slot of a Redis Cluster.
  const prefix = `{${scalingChannel}:${settings.id}}`;
  const inbox = `${line.inbox}:${settings.id}`;
  const registry = observed(createRegistry<Connection>(), settings.id, events);
  const claims = createClaims(registry);
  const views = createViews();
  const teller = createTeller(registry, claims, views, createLocalReach(settings.id, events));
  const questions = createQuestions(() => membership, inbox);
  const webhooks = createNodeWebhooks(settings, events, () => membership);
  let settling: ReturnType<typeof setTimeout> | undefined;

  const membership = createMembership({
    line,
    prefix,
    settings,
    claims,
    leaseMs,
    joined() {
      questions.again();
      clearTimeout(settling);
      settling = setTimeout(lookForMissed, SETTLED_MS);
    },
    teller: webhooks.tells,
  });

  function lookForMissed(): void {
    for (const { channel } of claims.channels()) {
      if (!isPresence(channel) && !settings.subscriptionCount) continue;
      questions.ask({
        op: "members",
        args: (inbox, question) => [channel, inbox, question],
        then(answer) {
          const [members, subscriptions] = answers.members.parse(answer);
          if (isPresence(channel)) teller.correctMembers(channel, members);
          else teller.correctCount(channel, subscriptions);
        },
        failed: () => {}, // then Redis has gone again, and will be back
      });
    }
  }

  line.listen(prefix, (bytes) => {
    const { news, frame } = readNews(bytes);
    if (news[0] === "webhooks") webhooks.take();
    else teller.hear(news, frame);
  });
  line.listen(inbox, (bytes) => {
    const { news } = readNews(bytes);
    if (news[0] === "answer") questions.answer(news[1], news.slice(2));
  });

  return {
    settings,
    events,
    webhooks,
    questions,
    membership,
    state: createNodeState({
      settings,
      line,
      prefix,
      registry,
      claims,
      views,
      membership,
      questions,
      teller,
      webhooks,
    }),
    async stop() {
      clearTimeout(settling);
      questions.stop();
      await membership.leave();
    },
  };
}
