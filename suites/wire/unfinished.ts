/**
 * What all connections of this process together hold of messages whose end has not come. A target
 * that begins a large message on every connection must not fill the memory.
 */

/** Bytes of unfinished messages, of all connections. */
export const MAX_UNFINISHED = 32 * 1024 * 1024;
/** One connection may always hold so much: others' share is no reason to end it. */
const ALWAYS = 64 * 1024;

export interface Unfinished {
  /**
   * Says how many bytes of an unfinished message this connection holds now, 0 for none. False
   * when that is more than there is room for; the caller lets go of them and holds none.
   */
  holds(bytes: number): boolean;
}

let all = 0;

/** The account of one connection. */
export function unfinished(): Unfinished {
  let own = 0;
  return {
    holds: (bytes) => {
      all += bytes - own;
      own = bytes;
      if (own <= ALWAYS || all <= MAX_UNFINISHED) return true;
      all -= own;
      own = 0;
      return false;
    },
  };
}
