/** Servers that publish batches badly (P-252 to P-255). */
import { alterBody, answerWith, resignedBody } from "../answers.ts";
import type { Break, Exchange } from "../break.ts";
import { request, response } from "../rules.ts";

const BATCH = { method: "POST", path: "/batch_events" } as const;

/** What a batch says, with its items changed. */
function alterBatch(change: (items: readonly unknown[]) => readonly unknown[]) {
  return resignedBody((body) => {
    const { batch } = body;
    return { ...body, batch: Array.isArray(batch) ? change(batch) : batch };
  });
}

export const API_BATCH: readonly Break[] = [
  {
    name: "batch-answer-not-empty",
    title:
      "Answers a batch without `info` with an empty object in place of its list, not with `{}`.",
    violates: ["P-252"],
    rules: [
      response(
        { ...BATCH, status: 200, where: (exchange) => !/"info"/.test(text(exchange)) },
        alterBody(() => ({ batch: {} })),
      ),
    ],
  },
  {
    name: "batch-unknown",
    title: "Knows no batches.",
    violates: ["P-252", "P-253"],
    rules: [request(BATCH, answerWith(404, "Not found"))],
  },
  {
    name: "batch-without-effect",
    title: "Agrees to publish a batch, and publishes its first event only.",
    violates: ["P-252"],
    rules: [request(BATCH, alterBatch((items) => items.slice(0, 1)))],
  },
  {
    name: "batch-answer-misaligned",
    title: "Answers for the events of a batch in another order than they came.",
    violates: ["P-253"],
    rules: [
      response(
        { ...BATCH, status: 200 },
        alterBody((body) => {
          const { batch } = body;
          return Array.isArray(batch) ? { ...body, batch: batch.toReversed() } : body;
        }),
      ),
    ],
  },
  {
    name: "batch-reversed",
    title: "Publishes the events of a batch last to first.",
    violates: ["P-254"],
    rules: [request(BATCH, alterBatch((items) => items.toReversed()))],
  },
];

function text({ request }: Exchange): string {
  return new TextDecoder().decode(request.body);
}
