/** Which sequence numbers of one stream have come to one subscriber. */

/**
 * What an event is to the subscriber that it comes to: for the first time and in order; for the
 * first time, after one that was sent later; once more; or behind by more than the window, so that
 * nobody can say which of the two.
 */
export type Arrival = "fresh" | "overtaken" | "again" | "ancient";

/** How many of the latest sequence numbers are remembered one by one; older ones are never guessed at. */
export const WINDOW = 1024;

/** A ring of bits, some 200 bytes, however long the run is. */
export class Seen {
  readonly #bits = new Uint32Array(WINDOW / 32);
  /** One above the highest that has come. */
  #next = 0;
  /** What is below may have been overtaken on its way to the server. */
  #excused = 0;

  /** Takes one arrival and says what it was. */
  mark(sequence: number, overlapping: boolean): Arrival {
    if (sequence >= this.#next) {
      this.#skip(sequence);
      this.#set(sequence);
      this.#next = sequence + 1;
      if (overlapping) this.#excused = this.#next;
      return "fresh";
    }
    if (this.#next - sequence > WINDOW) return "ancient";
    if (this.has(sequence)) return "again";
    this.#set(sequence);
    return sequence < this.#excused ? "fresh" : "overtaken";
  }

  /** Whether a sequence number has come; of one behind the window, nobody can say that it has not. */
  has(sequence: number): boolean {
    if (this.#next - sequence > WINDOW) return true;
    return sequence < this.#next && (this.#word(sequence) & (1 << (sequence % 32))) !== 0;
  }

  #word(sequence: number): number {
    return this.#bits[place(sequence)] ?? 0;
  }

  #set(sequence: number): void {
    this.#bits[place(sequence)] = this.#word(sequence) | (1 << (sequence % 32));
  }

  /** Clears the bits of the numbers that are skipped: they are those of numbers long gone. */
  #skip(to: number): void {
    if (to - this.#next >= WINDOW) {
      this.#bits.fill(0);
      return;
    }
    for (let at = this.#next; at < to; at++) {
      this.#bits[place(at)] = this.#word(at) & ~(1 << (at % 32));
    }
  }
}

/** Sequence numbers go up to 2^32 - 1, where bitwise operators would see negative ones. */
const place = (sequence: number) => Math.floor(sequence / 32) % (WINDOW / 32);
