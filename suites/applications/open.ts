/** An application that is running, as its file describes it. */
import type { ApplicationFile } from "./file.ts";
import { fill } from "../language/variables.ts";
import type { Broadcasts, OpenApplication } from "../language/application.ts";
import type { OperationName } from "../language/operations.ts";
import { EVENT_NAMES, type EventName, type EventShape } from "../language/application_event.ts";
import { valueAt } from "./answers.ts";
import { createVisitor } from "./visitor.ts";

/** `origins` are its processes; visitors are spread over them, and each stays with one. */
export function openApplication(file: ApplicationFile, origins: readonly URL[]): OpenApplication {
  let visitors = 0;
  return {
    title: file.title,
    broadcasts: broadcastsOf(file),
    resources: file.resources,
    leases: file.leases,
    figures: file.figures,
    pages: file.pages,
    inside: file.inside,
    offers: new Set(Object.keys(file.operations) as OperationName[]), // the schema lets no other pass
    visitor: (name, witness) => {
      const origin = origins[visitors++ % origins.length];
      if (origin === undefined) throw new Error("an application has at least one process");
      return createVisitor(name, file, origin, witness);
    },
  };
}

/** What an event tells that is an id: text, also where the application counts. */
const IDS: ReadonlySet<string> = new Set(["id", "lot", "bidder"]);

function broadcastsOf({ channels, hearers, events, words }: ApplicationFile): Broadcasts {
  const shapes = new Map<EventName, EventShape>();
  for (const name of EVENT_NAMES) {
    const event = events[name];
    if (event === undefined) continue;
    shapes.set(name, {
      name: event.name ?? name,
      of: event.of,
      allowed: event.fields,
      budgetBytes: event.budget,
      read: Object.fromEntries(
        Object.entries(event.read).filter(([, path]) => path !== undefined),
      ) as EventShape["read"], // the filter removed every undefined
    });
  }
  return {
    channelOf: (kind, id) =>
      String(fill(channels[kind] ?? "", (name) => name === "id" ? id : undefined)),
    hearers,
    ...(channels.presence === undefined ? {} : { presence: channels.presence }),
    events: Object.fromEntries(shapes),
    words,
    read: (name, data) =>
      Object.fromEntries(
        Object.entries(shapes.get(name)?.read ?? {}).map(([key, path]) => {
          const value = valueAt(data, path);
          if (key === "status") return [key, words[String(value)] ?? value];
          return [key, IDS.has(key) && typeof value === "number" ? String(value) : value];
        }),
      ),
    eventNamed: (wire) => [...shapes].find(([, shape]) => shape.name === wire)?.[0],
  };
}
