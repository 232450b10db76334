/**
 * Numbers that stand for members of a set, so that a set is told from others by the exclusive or of
 * its members' numbers, which changes in no time when one is put in or taken out (Zobrist, 1970).
 */

/** The finalizer of MurmurHash3: 32 bits, each of which depends on every bit of `n`. */
export function scatter(n: number): number {
  let bits = Math.imul(n + 1, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** A set of whole numbers under 2³¹ as 128 bits. */
export interface Marked {
  /** Puts a number in, or takes it out when it is in. */
  toggle(member: number): void;
  readonly mark: string;
}

export function markedSet(): Marked {
  let [a, b, c, d] = [0, 0, 0, 0];
  return {
    toggle(member) {
      a ^= scatter(member);
      b ^= scatter(member ^ 0x5bd1e995);
      c ^= scatter(~member);
      d ^= scatter(Math.imul(member, 0x2c1b3c6d) + 7);
    },
    get mark() {
      return `${a},${b},${c},${d}`;
    },
  };
}
