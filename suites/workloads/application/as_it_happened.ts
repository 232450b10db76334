/** Whether events say what happened: held against an order of the race that explains its answers. */
import { z } from "zod";
import { valueAt } from "../../applications/answers.ts";
import type { Broadcasts } from "../../language/application.ts";
import type { LotState, OrderState } from "../../language/operations.ts";
import type { EventName } from "../../language/application_event.ts";
import type { Evidence } from "../../record/evidence.ts";
import { frameOf, isFrame } from "../../record/frames.ts";
import {
  blocked,
  clientVerb,
  factsOf,
  fails,
  type Finding,
  holds,
  type Verb,
  type View,
} from "../../engine/verb.ts";
import { type Agreement, type Claim, holdAgainst } from "../races/claims.ts";
import { said, timeline } from "../races/history.ts";
import { lotModel } from "../races/lot_model.ts";
import { orderModel } from "../races/order_model.ts";
import { hearAll } from "./broadcast.ts";
import { type Happened, happenedTo } from "./happened.ts";

const heardRight = z.strictObject({
  right: z.literal(true).describe("each as it happened: with the right values"),
  heardAll: z.enum(["lot", "order"]).describe(
    "raced for in this scenario, and followed by this client since before",
  ),
  of: z.string().describe("its id"),
});

/** What has happened where one of these is told. */
const KINDS: Readonly<Partial<Record<EventName, Claim["kind"]>>> = {
  LotStarted: "start",
  BidPlaced: "bid",
  AuctionClosed: "close",
  OrderStatusChanged: "move",
};

/** What `run` leaves for the judge. */
interface Facts {
  readonly channel: string;
  readonly socket: string;
  readonly events: Broadcasts["events"];
  readonly words: Broadcasts["words"];
}

/** An event read as its file says, or where nothing could be read. */
function claimIn(event: Evidence, { channel, events, words }: Facts): Claim | string | undefined {
  const frame = isFrame(event, { channel }) ? frameOf(event) : undefined;
  for (const [name, shape] of Object.entries(events)) {
    const kind = KINDS[name as EventName]; // the names of `events` are event names
    if (frame?.event !== shape.name || kind === undefined) continue;
    const valueOf = (path: string | undefined) =>
      path === undefined ? undefined : valueAt(frame.decoded, path) ?? undefined;
    const { read } = shape;
    const numbers = {
      version: read.version,
      bidCount: read.bidCount,
      price: read.amount ?? read.price,
    };
    const unreadable = Object.values(numbers).find((path) => {
      const value = valueOf(path);
      // A lot that nobody has bid on may have no price at all.
      return value === undefined ? path !== undefined && kind === "bid" : !isWhole(value);
    });
    if (unreadable !== undefined) return `${shape.name} has no whole number at ${unreadable}`;
    const [version, bidCount, price] = [numbers.version, numbers.bidCount, numbers.price]
      .map((path) => valueOf(path)).map((value) => value === undefined ? undefined : Number(value));
    const status = valueOf(read.status);
    const reserveMet = valueOf(read.reserveMet);
    return {
      name: shape.name,
      kind,
      version: version ?? NaN,
      params: {
        version,
        bidCount,
        price,
        status: status === undefined ? undefined : words[String(status)] ?? String(status),
        reserveMet: reserveMet === undefined ? undefined : isYes(reserveMet),
      },
      seq: event.seq,
    };
  }
  return undefined;
}

const isWhole = (value: unknown) =>
  (typeof value === "number" || (typeof value === "string" && value.trim() !== "")) &&
  Number.isInteger(Number(value));
const isYes = (value: unknown) =>
  value === true || value === 1 || value === "1" || value === "true";

function agreementOf(
  kind: "lot" | "order",
  claims: readonly Claim[],
  happened: Happened,
): Agreement {
  const { before, terms, history } = happened;
  // The race has read a lot's state for a lot, and an order's for an order.
  return kind === "lot"
    ? holdAgainst(claims, history, lotModel(terms, before as LotState, history))
    : holdAgainst(claims, history, orderModel(before as OrderState, history));
}

function judge({ heardAll: kind, of }: z.output<typeof heardRight>, view: View): Finding {
  const facts = factsOf<Facts>(view);
  const happened = happenedTo(kind, of, view.events);
  if (happened === undefined) {
    return blocked(`nobody has raced for the ${kind} in this scenario`);
  }
  const claims: Claim[] = [];
  for (const event of view.events) {
    if (event.kind !== "received" || event.socket !== facts.socket) continue;
    const claim = claimIn(event, facts);
    if (typeof claim === "string") return fails(claim, [event.seq]);
    if (claim !== undefined && claim.version > happened.before.version) claims.push(claim);
  }
  const quotes = claims.map(({ seq }) => seq);
  const agreement = agreementOf(kind, claims, happened);
  switch (agreement.kind) {
    case "agrees":
      return claims.length === 0
        ? blocked(`${facts.socket} was told of nothing on ${facts.channel}`)
        : holds(`${claims.length} events say what one order of what was asked led to`, quotes);
    case "no order":
      return blocked("no order explains the answers, so there is none to hold events against");
    case "unknown":
      return blocked("the search for an order was given up", quotes);
    case "contradicts": {
      const { claim, instead, smallest } = agreement;
      const led = instead === undefined
        ? "nothing that was asked leads there"
        : `it can have been this: ${said(instead)}`;
      return fails(
        `no order of what was asked explains ${saying(claim)}; ${led}:\n${timeline(smallest)}`,
        [claim.seq, ...smallest.flatMap((operation) => operation.quotes)],
      );
    }
  }
}

function saying({ name, params }: Claim): string {
  const says = Object.entries(params).filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${value}`);
  return `a ${name} of ${says.join(", ")}`;
}

export const AS_IT_HAPPENED: readonly Verb[] = [
  clientVerb({
    name: "heardAll",
    form: "right",
    summary:
      "Every event since the race says what the transition of its version did: who raced, what they were answered and what was told fit into one order.",
    schema: heardRight,
    run: async ({ heardAll: kind, of }, client, attempt) => {
      const { events, words } = attempt.application.broadcasts;
      const outcome = await hearAll({ kind, of, since: 0 }, client, attempt);
      return { ...outcome, facts: { ...outcome.facts, events, words } };
    },
    judge,
  }),
];
