/**
 * A load plan on its way, in one thread: suites/load/k6/engine is the same in Go, and what both
 * count is the same. Latencies count from the intended instant of a publication, which a stalled
 * generator or server cannot move.
 */
import type { Credentials } from "../../wire/signature.ts";
import { RAMP } from "../../record/load/measurements.ts";
import type { Session } from "../engine.ts";
import type { LoadPlan } from "../../record/load/plan.ts";
import { Application } from "./application.ts";
import { Asked } from "./asked.ts";
import { MILLISECOND, type Nanos, now } from "./clock.ts";
import { endpointOf } from "./dial.ts";
import { Histogram } from "./histogram.ts";
import { Latest } from "./latest.ts";
import { Ledger } from "./ledger.ts";
import { comeBack } from "./life.ts";
import { machine } from "./machine.ts";
import { Sealing } from "./sealing.ts";
import type { Arrival } from "./seen.ts";
import type { Stamp } from "./stamp.ts";
import { Streams } from "./streams.ts";
import { Subscriber } from "./subscriber.ts";
import { Tally } from "./tally.ts";
import { Timetable } from "./timetable.ts";
import { Troubles } from "./troubles.ts";

export interface RunPhase {
  readonly name: string;
  /** The ramp's are known when it has ended. */
  seconds: number;
  readonly measured: boolean;
  readonly tally: Tally;
}

export class Run {
  readonly openedAt = now();
  readonly startedAt = new Date();
  readonly credentials: Credentials;
  readonly endpoint;
  readonly ledger: Ledger;
  readonly streams: Streams;
  readonly asked: Asked;
  readonly latest = new Latest();
  readonly application: Application;
  readonly sealing: Sealing;
  readonly timetable = new Timetable();
  readonly troubles = new Troubles();
  /** The ramp, in which the clients come up, and the plan's. */
  readonly phases: readonly [RunPhase, ...RunPhase[]];
  readonly subscribers: readonly Subscriber[];
  /** How many of them have all their subscriptions now, and the most that had at one time. */
  standing = 0;
  most = 0;
  /** The longest that any delivery has taken. */
  slowest: Nanos = 0;
  /** Deliveries since the last interval ended. */
  readonly deliveries = new Histogram();
  /** From an event's intended instant until it was handed to the kernel. */
  readonly sendLag = new Histogram();
  readonly #over = new AbortController();

  constructor(
    readonly plan: LoadPlan,
    secret: string,
    session: Session = { headers: {}, words: {} },
  ) {
    const { target, channels } = plan;
    this.credentials = { key: target.key, secret };
    this.endpoint = endpointOf(target.websocket, target.key, target);
    this.ledger = new Ledger(channels.length);
    this.streams = new Streams(plan);
    this.asked = new Asked(
      plan,
      (publisher, channel) => this.streams.published(publisher, channel),
    );
    this.application = new Application(session);
    this.over.addEventListener("abort", () => this.application.close());
    this.sealing = new Sealing(channels, secret);
    const phase = (name: string, seconds: number, measured: boolean): RunPhase => ({
      name,
      seconds,
      measured,
      tally: new Tally(),
    });
    this.phases = [
      phase(RAMP, 0, true),
      ...plan.phases.map(({ name, seconds, measured }) => phase(name, seconds, measured)),
    ];
    let index = 0;
    this.subscribers = plan.clients.flatMap((group) =>
      Array.from({ length: group.count }, (_, i) => {
        const channels = group.channels[i % group.channels.length] ?? [];
        return new Subscriber(this, group, index++, channels, comeBack);
      })
    );
  }

  /** Aborts when the run is over: nothing is begun any more. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  end(): void {
    this.#over.abort();
  }

  tallyOf(phase: number): Tally {
    return (this.phases[phase] ?? this.phases[0]).tally;
  }

  tallyAt(at: Nanos): Tally {
    return this.tallyOf(this.timetable.at(at));
  }

  /**
   * Takes one event that came to somebody to whom it was owed. `timed` is false where the receiver
   * itself makes things slow.
   */
  delivered(stamp: Stamp, at: Nanos, how: Arrival, timed: boolean): void {
    const tally = this.tallyOf(stamp.phase), { counts } = tally;
    if (how === "again") {
      counts.duplicated++;
      return;
    }
    if (how === "ancient") {
      counts.ancient++;
      return;
    }
    // Another process's clock says nothing here.
    const here = stamp.machine === machine;
    if (!here) stamp.intended = at;
    const took = at - stamp.intended;
    const late = took > this.plan.settleMs * MILLISECOND;
    const standing = this.ledger.deliver(stamp, at, late);
    if (standing === "refused" || standing === "unknown") {
      counts.unexpected++;
      return;
    }
    if (how === "overtaken") counts.reordered++;
    counts[late ? "late" : "delivered"]++;
    if (standing === "forgotten") counts.expected++;
    if (standing === "settled") {
      counts.lost--;
      this.troubles.add("missing", this.streams.eventOf(stamp.stream), stamp.intended, -1);
    }
    this.slowest = Math.max(this.slowest, took);
    if (!here || !timed) return;
    tally.record(this.streams.isWhisper(stamp.stream) ? "whisper" : "delivery", took);
    this.deliveries.record(took);
  }
}
