/**
 * The state of one app as a node sees it: it knows its own sockets, and what their channels' members
 * are. All else is decided in Redis, and heard of in the order in which it was decided there.
 */
import { isCache } from "../channels.ts";
import { UNKNOWN_NODE } from "./script.ts";
import type { Connection } from "../connection.ts";
import type { Registry } from "../registry.ts";
import type { AppSettings } from "../settings.ts";
import type { CachedEvent, ChannelState, Member } from "../state.ts";
import { answers } from "./answers.ts";
import type { Claims } from "./claims.ts";
import type { Line } from "./line.ts";
import type { Membership } from "./membership.ts";
import { writeNews } from "./news.ts";
import type { Questions } from "./questions.ts";
import type { NodeWebhooks } from "./node_webhooks.ts";
import type { Teller } from "./teller.ts";
import type { Views } from "./views.ts";

export interface NodeParts {
  readonly settings: AppSettings;
  readonly line: Line;
  readonly prefix: string;
  readonly registry: Registry<Connection>;
  readonly claims: Claims;
  readonly views: Views;
  readonly membership: Membership;
  readonly questions: Questions;
  readonly teller: Teller;
  readonly webhooks: NodeWebhooks;
}

export function createNodeState(parts: NodeParts): ChannelState {
  const { settings, line, prefix, registry, claims, views, membership, questions, webhooks } =
    parts;

  /** Nobody can tell whether Redis has one subscription more: the channel is known to be occupied. */
  const isSettled = (channel: string, member: Member | undefined) =>
    member === undefined && !isCache(channel) && !settings.subscriptionCount &&
    registry.count(channel).subscriptions > 0;

  /** The connection has left already; what others are to know of it is stated. */
  async function stateLeaving(channel: string, member: Member | undefined): Promise<void> {
    const held = claims.subscriptions(channel);
    if (registry.count(channel).subscriptions === 0) views.forget(channel);
    const gone = member !== undefined && !claims.holds(channel, member.userId) ? member.userId : "";
    if (gone === "" && held > 0 && !settings.subscriptionCount) return;
    await membership.state("leave", [channel, String(held), gone]);
    webhooks.departed();
  }

  async function claimSlot(connection: Connection, quota: number): Promise<boolean> {
    claims.beginSlot();
    const args = [String(claims.slots()), String(quota)];
    try {
      const ask = () => membership.run("slots", args);
      const first = await ask();
      const outcome = first === UNKNOWN_NODE ? await membership.join().then(ask) : first;
      return outcome === "ok" && registry.claimSlot(connection, 0);
    } finally {
      claims.endSlot();
    }
  }

  return {
    takePlace: registry.takePlace,
    claimSlot(connection, quota) {
      if (registry.holdsSlot(connection)) return true;
      if (quota > 0) return claimSlot(connection, quota);
      // Where there is no limit, nobody needs to wait for the count.
      registry.claimSlot(connection, 0);
      void membership.state("slots", [String(claims.slots()), "0"]);
      return true;
    },
    disconnect(connection) {
      const held = registry.connections();
      const channels = registry.channelsOf(connection);
      const { wentOffline } = registry.disconnect(connection);
      if (registry.connections() !== held) {
        void membership.state("slots", [String(claims.slots()), "0"]);
      }
      for (const [channel, member] of channels) void stateLeaving(channel, member);
      if (wentOffline !== undefined && !claims.isSignedIn(wentOffline)) {
        void membership.state("offline", [wentOffline]);
      }
    },
    connections: async () => answers.number.parse(await membership.run("connections", [])),

    subscribe(connection, channel, member, maxMembers, welcome) {
      if (registry.isSubscribed(connection, channel)) {
        welcome({ isNew: false, members: views.members(channel), cached: undefined });
        return "subscribed";
      }
      if (isSettled(channel, member)) {
        registry.subscribe(connection, channel, member, maxMembers);
        welcome({ isNew: true, members: [], cached: undefined });
        return "subscribed";
      }
      claims.begin(channel, member);
      const { promise, resolve, reject } = Promise.withResolvers<"subscribed" | "full">();
      questions.ask({
        op: "enter",
        args: (inbox, question) => [
          channel,
          String(claims.subscriptions(channel)),
          member?.userId ?? "",
          member?.userInfo ?? "",
          String(maxMembers),
          connection.socketId,
          inbox,
          question,
          isCache(channel) ? "1" : "0",
        ],
        then(answer) {
          claims.end(channel, member);
          const entry = answers.entry.parse(answer);
          if (entry === undefined) {
            void stateLeaving(channel, undefined); // another may have stated this one as well
            return resolve("full");
          }
          if (member !== undefined) {
            parts.teller.present(channel, entry.members, entry.added ? member : undefined);
          }
          registry.subscribe(connection, channel, member, Infinity);
          const known = views.members(channel);
          const isKnown = known.some(({ userId }) => userId === member?.userId);
          const members = member === undefined || isKnown ? known : [...known, member];
          welcome({ isNew: true, members, cached: entry.cached });
          resolve("subscribed");
        },
        failed(reason) {
          claims.end(channel, member);
          membership.doubt();
          reject(reason);
        },
      });
      return promise;
    },
    unsubscribe(connection, channel) {
      if (!registry.isSubscribed(connection, channel)) return;
      const member = registry.memberOf(connection, channel);
      registry.unsubscribe(connection, channel);
      return stateLeaving(channel, member);
    },
    subscriptions: registry.subscriptions,
    isSubscribed: registry.isSubscribed,
    memberOf: registry.memberOf,

    async publish(channel, frame, { exceptSocketId = "", remember } = {}) {
      const news = writeNews(["event", channel, exceptSocketId], frame);
      if (remember === undefined) return line.publish(prefix, news);
      const { event, ttlMs } = remember;
      const ttl = String(Math.ceil(ttlMs));
      await membership.run("remember", [channel, JSON.stringify(event), ttl, news]);
    },
    async recall(channel) {
      const recalled = answers.recalled.parse(await membership.run("recall", [channel]));
      if (recalled === null) return undefined;
      const [event, ttlMs] = recalled;
      return { event: JSON.parse(event) as CachedEvent, ttlMs }; // as it was remembered
    },

    async channels(wanted) {
      const found = answers.channels.parse(await membership.run("channels", [wanted]));
      return new Map(
        found.map(([channel, subscriptions, users]) => [channel, { subscriptions, users }]),
      );
    },
    async count(channel) {
      const [subscriptions, users] = answers.count.parse(await membership.run("count", [channel]));
      return { subscriptions, users };
    },
    userIds: async (channel) => answers.users.parse(await membership.run("users", [channel])),

    signIn(connection, userId, watchlist, welcome) {
      claims.beginSignIn(userId);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      questions.ask({
        op: "online",
        args: (inbox, question) => [userId, connection.socketId, inbox, question, ...watchlist],
        then(answer) {
          claims.endSignIn(userId);
          const here = new Set(answers.online.parse(answer));
          const { cameOnline } = registry.signIn(connection, userId, watchlist);
          welcome({
            cameOnline,
            online: watchlist.filter((id) => here.has(id)),
            offline: watchlist.filter((id) => !here.has(id)),
          });
          resolve();
        },
        failed(reason) {
          claims.endSignIn(userId);
          membership.doubt();
          reject(reason);
        },
      });
      return promise;
    },
    terminate: (userId, farewell) =>
      line.publish(prefix, writeNews(["terminate", userId, farewell])),
    async retire() {
      await webhooks.retire();
      await membership.leave();
    },
  };
}
