/** One client of the load: a connection, the channels it wants, and what it has seen of them. */
import { signChannel } from "../../wire/signature.ts";
import { isRecord, readFrame, readJson } from "../../wire/frame.ts";
import type { LoadPlan } from "../../record/load/plan.ts";
import { MILLISECOND, type Nanos, now } from "./clock.ts";
import { Broken } from "./frame_reader.ts";
import type { Line, Owner } from "./line.ts";
import { following, has, type Membership, membershipOf } from "./membership.ts";
import type { Run } from "./run.ts";
import { findStamp, type Stamp } from "./stamp.ts";

export type Group = LoadPlan["clients"][number];

const decoder = new TextDecoder();
/** Read anew for each message, so that none is made for each. */
const stamp: Stamp = {
  machine: 0,
  phase: 0,
  stream: 0,
  sequence: 0,
  intended: 0,
  overlapping: false,
};

export class Subscriber implements Owner {
  line: Line | undefined;
  /** All that it wants stands. */
  standing = false;
  /** Being connected. */
  coming = false;
  /** When the connection was lost that is being recovered. */
  lostAt: Nanos | undefined;
  /** When TCP (and TLS) of the present connection stood. */
  connectedAt: Nanos = 0;
  /** Told when the server has greeted it; what else it waits for may be another's doing. */
  greeted: () => void = () => {};
  /** Told when all stands, or will not. */
  settled: () => void = () => {};
  readonly #wanted: Membership[];
  #joined = 0;
  #socketId = "";

  constructor(
    readonly run: Run,
    readonly group: Group,
    /** Among all clients of the plan. */
    readonly index: number,
    channels: readonly number[],
    /** Told when a connection was lost against the client's will. */
    readonly lost: (subscriber: Subscriber) => void,
  ) {
    this.#wanted = channels.map(membershipOf);
  }

  message(text: boolean, bytes: Uint8Array, from: number, to: number, at: Nanos): void {
    if (findStamp(bytes, from, to, stamp)) return this.#stamped(stamp, at);
    if (!text) return this.line?.strays.count(at);
    const again = this.run.latest.find(bytes, from, to);
    if (again) return this.#stamped(again, at);
    const message = readFrame(decoder.decode(bytes.subarray(from, to)));
    if (!message) {
      const start = decoder.decode(bytes.subarray(from, Math.min(to, from + 100)));
      throw new Broken(`a message that is no protocol message: ${JSON.stringify(start)}`);
    }
    const { event, channel, decoded, data } = message;
    if (event.startsWith("pusher")) this.line?.strays.count(at);
    switch (event) {
      case "pusher:connection_established":
        return this.#established(decoded, at);
      case "pusher_internal:subscription_succeeded":
        return this.#subscribed(channel, at);
      case "pusher:ping":
        return this.line?.send('{"event":"pusher:pong","data":{}}');
      case "pusher:subscription_error":
        return this.run.troubles.note("subscribe", JSON.stringify(data));
      case "pusher:error":
        return this.run.troubles.note("error", JSON.stringify(data));
      default:
        if (this.#sealed(event, channel, decoded, at)) return;
    }
    const found = this.#asked(event, channel, decoded, at);
    if (found) this.run.latest.keep(bytes, from, to, found);
    else this.line?.strays.count(at);
  }

  /** Takes an event that an application published because it was asked to; which it was. */
  #asked(event: string, channel: string | undefined, data: unknown, at: Nanos): Stamp | undefined {
    const found = this.run.asked.find(event, channel, data);
    if (found === undefined) return undefined;
    if (found === "unknown") {
      this.run.tallyAt(at).counts.unexpected++;
      return undefined;
    }
    this.#stamped(found, at);
    return found;
  }

  /** Takes an event of an encrypted channel; false for one of another. */
  #sealed(event: string, name: string | undefined, data: unknown, at: Nanos): boolean {
    const { plan, sealing, troubles } = this.run;
    const member = this.#wanted.find(({ channel }) => plan.channels[channel] === name);
    if (!member || !sealing.isSealed(member.channel)) return false;
    const opened = sealing.open(member.channel, data);
    if (opened instanceof Error) troubles.note("decrypt", opened);
    else if (findStamp(opened, 0, opened.length, stamp)) this.#stamped(stamp, at);
    else this.#asked(event, name, readJson(decoder.decode(opened)), at);
    return true;
  }

  #stamped(stamp: Stamp, at: Nanos): void {
    const origin = this.run.streams.origin(stamp.stream);
    if (origin && origin.client !== this.index && stamp.phase < this.run.phases.length) {
      for (const member of this.#wanted) {
        if (member.channel === origin.channel) return this.#received(member, stamp, at);
      }
    }
    this.run.tallyAt(at).counts.unexpected++;
    this.line?.strays.count(at);
  }

  #received(member: Membership, stamp: Stamp, at: Nanos): void {
    const { ledger } = this.run;
    const follow = following(member, stamp.stream);
    if (stamp.sequence < follow.from) {
      follow.from = ledger.owedFrom(stamp.stream, member.join);
      if (stamp.sequence < follow.from) return; // published before it stood
    }
    const how = follow.seen.mark(stamp.sequence, stamp.overlapping);
    this.run.delivered(stamp, at, how, this.group.slow === undefined);
  }

  #established(data: unknown, at: Nanos): void {
    const socketId = isRecord(data) ? data.socket_id : undefined;
    if (typeof socketId !== "string") {
      const shown = JSON.stringify(data)?.slice(0, 100);
      throw new Broken(`pusher:connection_established without its data: ${shown}`);
    }
    this.run.tallyAt(at).record("handshake", at - this.connectedAt);
    this.#socketId = socketId;
    this.greeted();
    for (const member of this.#wanted) this.#subscribe(member);
    if (this.#wanted.length === 0) this.#stand(at);
  }

  #subscribe(member: Membership): void {
    const { plan, credentials } = this.run;
    const channel = plan.channels[member.channel] ?? "";
    const sign = (data?: string) => signChannel(credentials, this.#socketId, channel, data);
    const who = `{"user_id":"u${this.index}","user_info":{}}`;
    const isPresence = channel.startsWith("presence-");
    if (!isPresence && !channel.startsWith("private-")) this.#ask(member, { channel });
    else if (this.group.authorize) void this.#authorize(member, channel, this.group.authorize);
    else if (isPresence) this.#ask(member, { channel, auth: sign(who), channel_data: who });
    else this.#ask(member, { channel, auth: sign() });
  }

  /** Subscribes with the application's signature; hangs up where it gives none. */
  async #authorize(member: Membership, channel: string, by: NonNullable<Group["authorize"]>) {
    const { run, line } = this;
    const asked = now();
    try {
      const { shared_secret, ...signature } = await run.application.sign(
        by,
        this.#socketId,
        channel,
      );
      if (!line?.open || line !== this.line) return; // the signature is of a connection that is gone
      const at = now();
      run.tallyAt(at).record("authorize", at - asked);
      if (shared_secret !== undefined) run.sealing.learn(member.channel, shared_secret);
      this.#ask(member, { channel, ...signature });
    } catch (error) {
      if (!line?.open) return;
      run.troubles.note("authorize", error);
      line.close();
    }
  }

  #ask(member: Membership, wish: Readonly<Record<string, string>>): void {
    member.askedAt = now();
    this.line?.send(JSON.stringify({ event: "pusher:subscribe", data: wish }));
  }

  #subscribed(name: string | undefined, at: Nanos): void {
    for (const member of this.#wanted) {
      if (member.stands || this.run.plan.channels[member.channel] !== name) continue;
      this.run.tallyAt(at).record("subscribe", at - member.askedAt);
      member.stands = true;
      if (!member.owed) {
        member.owed = true;
        member.join = this.run.ledger.join(member.channel);
        for (const follow of member.following) follow.from = Infinity;
      }
      if (++this.#joined === this.#wanted.length) this.#stand(at);
    }
  }

  /** All that the client wants stands. */
  #stand(at: Nanos): void {
    this.standing = true;
    this.run.most = Math.max(this.run.most, ++this.run.standing);
    if (this.lostAt !== undefined) {
      this.run.tallyAt(at).record("recover", at - this.lostAt);
      this.lostAt = undefined;
    }
    this.settled();
  }

  closed(reason: Error | undefined): void {
    if (this.standing) this.run.standing--;
    this.standing = false;
    for (const member of this.#wanted) member.stands = false;
    this.#joined = 0;
    this.settled();
    if (!reason) return;
    // Events stay owed: losing the connection was not the client's will.
    this.lostAt = now();
    this.run.troubles.note("connection", reason);
    this.lost(this);
  }

  /** Leaves all channels and hangs up, of the client's own will. */
  leave(): void {
    if (!this.line?.open) return;
    for (const member of this.#wanted) {
      if (!member.owed) continue;
      member.owed = false;
      this.run.ledger.leave({
        channel: member.channel,
        join: member.join,
        has: (event) => has(member, event),
        isOwn: (stream) => this.run.streams.origin(stream)?.client === this.index,
        fresh: now() - this.run.plan.settleMs * MILLISECOND,
      });
    }
    this.line.close();
  }

  get wantsAnything(): boolean {
    return this.#wanted.length > 0;
  }

  /** Where it whispers to, while that stands. */
  get whispersTo(): number | undefined {
    const [first] = this.#wanted;
    return first?.stands ? first.channel : undefined;
  }
}
