/** A registry that tells listeners of each subscription and channel that comes and goes on it. */
import type { Peer } from "./channel_state.ts";
import type { Listeners } from "./events.ts";
import type { Departure, Registry } from "./registry.ts";

/** The registry itself where nobody listens to any of it. `app` is the app's id. */
export function observed<P extends Peer>(
  registry: Registry<P>,
  app: string,
  events: Listeners,
): Registry<P> {
  const { subscribed, unsubscribed, channelCreated, channelRemoved } = events;
  if (!subscribed && !unsubscribed && !channelCreated && !channelRemoved) return registry;

  function left({ socketId }: P, { channel, vacated }: Departure): void {
    unsubscribed?.({ app, socketId, channel });
    if (vacated) channelRemoved?.({ app, channel });
  }

  return {
    ...registry,
    subscribe(peer, channel, member, maxMembers) {
      const entry = registry.subscribe(peer, channel, member, maxMembers);
      if (entry !== "full" && entry.isNew) {
        if (entry.occupied) channelCreated?.({ app, channel });
        subscribed?.({ app, socketId: peer.socketId, channel });
      }
      return entry;
    },
    unsubscribe(peer, channel) {
      const departure = registry.unsubscribe(peer, channel);
      if (departure !== undefined) left(peer, departure);
      return departure;
    },
    disconnect(peer) {
      const parting = registry.disconnect(peer);
      for (const departure of parting.departures) left(peer, departure);
      return parting;
    },
  };
}
