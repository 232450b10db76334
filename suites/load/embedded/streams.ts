/**
 * An event belongs to a stream: one publisher on one channel, or one client that whispers. Within a
 * stream the sequence numbers rise by one, so that a subscriber can tell what is missing, repeated
 * or overtaken. First come the streams of the publishers, then those of the clients.
 */
import type { LoadPlan } from "../../record/load/plan.ts";

export interface Origin {
  readonly channel: number;
  /** The client that whispers; -1 for a publisher's. */
  readonly client: number;
}

/** The name of the load's client events. */
export const WHISPER = "client-whisper";

export class Streams {
  readonly #channels: number;
  readonly #whispers: number;
  /** By client; `undefined` of one that whispers to nobody. */
  readonly #whispering: readonly (Origin | undefined)[];
  readonly #published: readonly Origin[];

  readonly #events: readonly string[];

  constructor({ channels, publishers, clients }: LoadPlan) {
    this.#channels = channels.length;
    this.#events = publishers.map(({ event }) => event);
    this.#whispers = publishers.length * channels.length;
    this.#published = channels.map((_, channel) => ({ channel, client: -1 }));
    let client = 0;
    this.#whispering = clients.flatMap((group) =>
      Array.from({ length: group.count }, (_, i) => {
        const own = { channel: group.channels[i % group.channels.length]?.[0], client: client++ };
        return group.whispers && own.channel !== undefined
          ? { channel: own.channel, client: own.client }
          : undefined;
      })
    );
  }

  published(publisher: number, channel: number): number {
    return publisher * this.#channels + channel;
  }

  whispered(client: number): number {
    return this.#whispers + client;
  }

  isWhisper(stream: number): boolean {
    return stream >= this.#whispers;
  }

  /** The name of a stream's events. */
  eventOf(stream: number): string {
    return this.#events[Math.floor(stream / this.#channels)] ?? WHISPER;
  }

  /** `undefined` where the plan has no such stream. */
  origin(stream: number): Origin | undefined {
    return this.isWhisper(stream)
      ? this.#whispering[stream - this.#whispers]
      : this.#published[stream % this.#channels];
  }
}
