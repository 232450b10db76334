/**
 * Idempotency keys: requests of one person with one key are one request. What is remembered of them
 * is part of a state, and there are as many states as steps of a search, so it is kept in a map that
 * shares what has not changed; and only while somebody may still come with the key.
 */
import { Map as SharingMap } from "immutable";
import type { Operation } from "./history.ts";
import { scatter } from "./marks.ts";

/** What the first request with a key came to: its answer, or that it was refused. */
export type First<Answer> = Answer | "refused";

export interface Keys<Answer> {
  readonly firsts: SharingMap<number, { readonly first: First<Answer>; readonly left: number }>;
  /** Two numbers that stand for what is remembered, as far as it can matter to an answer. */
  readonly mark: number;
  readonly otherMark: number;
}

interface Shared {
  readonly number: number;
  readonly requests: number;
  /** The most that any of its requests asks for. */
  readonly most: number;
  /** Some answer to one of them names a version or anything else that could be another. */
  readonly isTold: boolean;
}

/** The keys that more than one request of a history bears; the others are nothing to remember. */
export interface Keyring<Answer extends { readonly version: number }> {
  readonly empty: Keys<Answer>;
  of(operation: Operation): Shared | undefined;
  first(keys: Keys<Answer>, shared: Shared | undefined): First<Answer> | undefined;
  /** After the first request with the key, or one that is not told from it. */
  remember(keys: Keys<Answer>, shared: Shared | undefined, first: First<Answer>): Keys<Answer>;
}

const keyOf = ({ who, asked }: Operation) =>
  "key" in asked && asked.key !== undefined ? `${who} ${asked.key}` : undefined;

/** `asksFor` puts what requests ask for in an order, the largest last. */
export function keyring<Answer extends { readonly version: number }>(
  history: readonly Operation[],
  asksFor: (operation: Operation) => number,
): Keyring<Answer> {
  const shared = new Map(
    [...Map.groupBy(history.filter((one) => keyOf(one) !== undefined), (one) => keyOf(one) ?? "")]
      .filter(([, bearers]) => bearers.length > 1)
      .map(([key, bearers], number): [string, Shared] => [
        key,
        {
          number,
          requests: bearers.length,
          most: Math.max(...bearers.map(asksFor)),
          isTold: bearers.some(({ answered: { kind, ...params } }) =>
            kind === "agreed" && Object.values(params).some((value) => value !== undefined)
          ),
        },
      ]),
  );
  const toggled = (keys: Keys<Answer>, { number, isTold }: Shared, first: First<Answer>) => {
    // Which version it was matters to nobody where no answer tells.
    const version = first === "refused" ? -1 : isTold ? first.version : 0;
    return {
      mark: keys.mark ^ scatter(scatter(number) + version),
      otherMark: keys.otherMark ^ scatter(scatter(~number) - version),
    };
  };
  return {
    empty: { firsts: SharingMap(), mark: 0, otherMark: 0 },
    of(operation) {
      if (shared.size === 0) return undefined;
      const key = keyOf(operation);
      return key === undefined ? undefined : shared.get(key);
    },
    first: ({ firsts }, shared) =>
      shared === undefined ? undefined : firsts.get(shared.number)?.first,
    remember(keys, shared, first) {
      if (shared === undefined) return keys;
      const { firsts } = keys;
      const before = firsts.get(shared.number);
      const left = (before?.left ?? shared.requests) - 1;
      if (before !== undefined && before.first === first && left > 0) {
        return { ...keys, firsts: firsts.set(shared.number, { first, left }) };
      }
      const without = before === undefined
        ? keys
        : { ...keys, ...toggled(keys, shared, before.first) };
      return left === 0 ? { ...without, firsts: firsts.delete(shared.number) } : {
        firsts: firsts.set(shared.number, { first, left }),
        ...toggled(without, shared, first),
      };
    },
  };
}
