/** Whether what was broadcast is what happened, seen by somebody who listened from the beginning. */
import { z } from "zod";
import type { Broadcasts } from "../../language/application.ts";
import type { AggregateKind } from "../../language/application_event.ts";
import { valueAt } from "../../applications/answers.ts";
import type { Client } from "../../client/client.ts";
import type { Evidence } from "../../record/evidence.ts";
import { frameOf, isFrame } from "../../record/frames.ts";
import type { Attempt } from "../../engine/attempt.ts";
import {
  broken,
  clientVerb,
  done,
  factsOf,
  fails,
  type Finding,
  holds,
  type Outcome,
  type Verb,
  type View,
} from "../../engine/verb.ts";
import { type Discord, onePerTransition, type Params, rising } from "../races/broadcasts.ts";
import { why } from "../../steps/application/people.ts";

const kind = z.enum(["lot", "sale", "order"]);
const heardAll = z.strictObject({
  heardAll: kind.describe(
    "followed by this client since before its first transition of the scenario",
  ),
  of: z.string().describe("its id"),
  since: z.number().int().min(0).default(0).describe("the version before the first event"),
  inOrder: z.boolean().default(false).describe("judges only that versions arrived rising"),
});

/** The names on the wire and where they have their version and id. */
type Shapes = Readonly<Record<string, { readonly version: string; readonly id?: string }>>;

function shapesOf({ events }: Broadcasts, kind: AggregateKind): Shapes {
  return Object.fromEntries(
    Object.values(events).filter((shape) => shape.of === kind)
      .map((
        { name, read: { version, id } },
      ) => [name, id === undefined ? { version } : { version, id }]),
  );
}

function toldOn(
  events: readonly Evidence[],
  socket: string,
  channel: string,
  shapes: Shapes,
): Params[] {
  return events.flatMap((event) => {
    if (event.kind !== "received" || event.socket !== socket) return [];
    if (!isFrame(event, { channel })) return [];
    const frame = frameOf(event);
    const shape = frame && shapes[frame.event];
    if (frame === undefined || shape === undefined) return [];
    const id = shape.id === undefined ? undefined : valueAt(frame.decoded, shape.id);
    return [{
      name: frame.event,
      version: Number(valueAt(frame.decoded, shape.version)),
      id: id === undefined ? undefined : String(id),
      seq: event.seq,
    }];
  });
}

/** Reads the state, and waits until every version up to it has been told of. */
export async function hearAll(
  { kind, of, since }: {
    readonly kind: AggregateKind;
    readonly of: string;
    readonly since: number;
  },
  client: Client,
  attempt: Attempt,
): Promise<Outcome> {
  const { broadcasts } = attempt.application;
  const channel = broadcasts.channelOf(kind, of);
  const shapes = shapesOf(broadcasts, kind);
  const visitor = attempt.visitor(client.name);
  const read = kind === "lot"
    ? await visitor.perform("readLot", { lot: of })
    : kind === "sale"
    ? await visitor.perform("readSale", { sale: of })
    : await visitor.perform("readOrder", { order: of });
  if (read.outcome !== "accepted") return broken(`the state could not be read: ${why(read)}`);
  const { version } = read.value;
  const { socket } = client;
  const isComplete = () => {
    const seen = new Set(
      toldOn(attempt.log.events, socket, channel, shapes).map((t) => t.version),
    );
    return Array.from({ length: version - since }, (_, at) => since + at + 1)
      .every((wanted) => seen.has(wanted));
  };
  if (!isComplete()) await client.until(isComplete, attempt.deadlineMs, attempt.log.events.length);
  return done([], { channel, shapes, socket, version });
}

function judge(
  { since, inOrder }: z.output<typeof heardAll>,
  view: View,
): Finding {
  const { channel, shapes, socket, version } = factsOf<{
    channel: string;
    shapes: Shapes;
    socket: string;
    version: number;
  }>(view);
  // What comes late counts as well: an event too much is too much whenever it comes.
  const params = toldOn(view.events, socket, channel, shapes);
  const discord: Discord | undefined = inOrder
    ? rising(params)
    : onePerTransition(params, since, version);
  const list = [...Map.groupBy(params, ({ name, version }) => `${name} ${version}`)]
    .map(([one, times]) => times.length === 1 ? one : `${one} (${times.length} times)`).join(", ");
  return discord === undefined
    ? holds(`${params.length} events on ${channel}: ${list}`, params.map(({ seq }) => seq))
    : fails(`${discord.message}; ${socket} received on ${channel}: ${list}`, discord.quotes);
}

export const BROADCAST: readonly Verb[] = [
  clientVerb({
    name: "heardAll",
    summary:
      "Has heard of every transition once, by an event of its version, and of none that did not happen.",
    schema: heardAll,
    run: ({ heardAll: kind, of, since }, client, attempt) =>
      hearAll({ kind, of, since }, client, attempt),
    judge,
  }),
];
