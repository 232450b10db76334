/**
 * Being one of an app's nodes: a lease that is renewed, and everything stated anew, under a new id,
 * whenever it is not certain that Redis has it. The old id is forgotten after that, so that what is
 * still so is told to nobody, and what ended meanwhile is.
 */
import type { Buffer } from "node:buffer";
import type { AppSettings } from "../settings.ts";
import type { Claims } from "./claims.ts";
import type { Line } from "./line.ts";
import { UNKNOWN_NODE } from "./script.ts";

/** Beats to a lease: some may be late. */
const BEATS = 10;
/** No limit: who was admitted stays so. */
const ANY_NUMBER = "1000000000";

export type Arguments = readonly (string | Buffer)[];

export interface Membership {
  /** Runs one of the script's operations as this node. Throws `Unavailable`. */
  run(op: string, args: Arguments): Promise<unknown>;
  /** States what is held. What Redis does not take now is stated when it is back. */
  state(op: string, args: Arguments): Promise<void>;
  /** Everything is to be stated anew. */
  doubt(): void;
  /** As soon as Redis can be reached, and each time that it can be again; then calls `joined`. */
  join(): Promise<void>;
  /** Ends all that the node holds. */
  leave(): Promise<void>;
}

export interface MembershipOptions {
  readonly line: Line;
  readonly prefix: string;
  readonly settings: AppSettings;
  readonly claims: Claims;
  readonly leaseMs: number;
  /** Everything is stated. */
  readonly joined: () => void;
  /** Whether this node sends the app's webhooks, as of now. */
  readonly teller: (tells: boolean) => void;
}

export function createMembership(
  { line, prefix, settings, claims, leaseMs, joined, teller }: MembershipOptions,
): Membership {
  let id = newId();
  let inDoubt = false;
  let left = false;
  let joining: Promise<void> | undefined;
  const flags = [
    settings.webhooks.length > 0 ? "1" : "0",
    String(settings.vacatedDelaySeconds * 1000),
    settings.subscriptionCount ? "1" : "0",
  ];
  const runAs = (node: string, op: string, args: Arguments) =>
    line.run(prefix, [op, node, ...flags, ...args]);
  const run = (op: string, args: Arguments) => runAs(id, op, args);

  async function join(): Promise<void> {
    const old = id;
    id = newId();
    inDoubt = false;
    try {
      // In this order on one connection.
      await Promise.all([
        run("join", [String(leaseMs)]),
        ...statements(claims, old).map(([op, ...args]) => run(op, args)),
        runAs(old, "forget", []),
      ]);
      joined();
    } catch {
      inDoubt = true; // Redis went away: there will be another time.
    }
  }
  function joinOnce(): Promise<void> {
    joining ??= join().finally(() => joining = undefined);
    return joining;
  }

  async function beat(): Promise<void> {
    if (left) return;
    if (inDoubt) return joinOnce();
    try {
      const answer = await run("beat", [String(leaseMs)]);
      teller(answer === "teller");
      if (answer === UNKNOWN_NODE) await joinOnce();
    } catch {
      teller(false);
    }
  }
  const beating = setInterval(() => void beat(), leaseMs / BEATS);
  line.whenUp(() => {
    // One that is under way may have been cut off with the line.
    void (joining ?? Promise.resolve()).then(joinOnce).then(beat);
  });

  return {
    run,
    async state(op, args) {
      try {
        if (await run(op, args) === UNKNOWN_NODE) await joinOnce();
      } catch {
        inDoubt = true;
      }
    },
    doubt: () => void (inDoubt = true),
    join: joinOnce,
    async leave() {
      if (left) return;
      left = true;
      clearInterval(beating);
      await joining;
      await run("forget", []).catch(() => {}); // else its lease ends it
    },
  };
}

/** Never used twice: what is stated under an id that has ended changes nothing. */
const newId = () => crypto.randomUUID();

/** All that a node holds, which `old` held before, as operations with their arguments. */
function statements(claims: Claims, old: string): [op: string, ...args: string[]][] {
  const entries = claims.channels().flatMap(({ channel, subscriptions, members }) => {
    const enter = (userId: string, userInfo: string): [string, ...string[]] => [
      "enter",
      channel,
      String(subscriptions),
      userId,
      userInfo,
      ANY_NUMBER,
      "", // nobody to be left out
      "", // nobody waits for an answer
      "",
      "0",
      old,
    ];
    return members.length === 0
      ? [enter("", "")]
      : members.map(({ userId, userInfo }) => enter(userId, userInfo));
  });
  return [
    ...entries,
    ...claims.users().map((user): [string, ...string[]] => ["online", user, "", "", ""]),
    ["slots", String(claims.slots()), "0", old],
  ];
}
