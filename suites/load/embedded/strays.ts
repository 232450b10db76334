/**
 * Messages of a connection that are no delivery of the load's own: answers, pings, members who come
 * and go, what others publish. A server that sends them without end would keep this process from all
 * else, and from being interrupted.
 */
import { type Nanos, SECOND } from "./clock.ts";
import { Broken } from "./frame_reader.ts";

/** So many at once, and so many a second on and on, are no flood. */
const AT_ONCE = 3000;
const A_SECOND = 1000;

export class Strays {
  #since: Nanos | undefined;
  #count = 0;

  /** Counts one that was read at `at`. Throws `Broken` where it is one of a flood. */
  count(at: Nanos): void {
    this.#since ??= at;
    const allowed = AT_ONCE + A_SECOND * (at - this.#since) / SECOND;
    if (++this.#count > allowed) {
      throw new Broken(`a flood: more than ${AT_ONCE} messages that are none of the load's`);
    }
  }
}
