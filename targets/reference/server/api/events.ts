/** `POST /events` and `POST /batch_events` (P-233 to P-262). */
import type { App } from "../app.ts";
import { broadcast } from "../broadcast.ts";
import { isObject } from "../messages.ts";
import { describe, type Described } from "./info.ts";
import { type Publication, readPublication } from "./publication.ts";
import { ApiError, type ApiRequest } from "./request.ts";

export async function postEvent({ app, body }: ApiRequest): Promise<unknown> {
  const publication = readPublication(body, app.settings);
  await broadcast(app, publication);
  return publication.info.length === 0
    ? {}
    : { channels: Object.fromEntries(await describeChannels(app, publication)) };
}

/** Published whole or, when one event is refused, not at all (P-255). */
export async function postBatch({ app, body }: ApiRequest): Promise<unknown> {
  if (!isObject(body) || !Array.isArray(body["batch"])) {
    throw new ApiError(400, "batch must be an array of events");
  }
  const { batch } = body;
  if (batch.length > app.settings.maxBatch) {
    throw new ApiError(400, `A batch has at most ${app.settings.maxBatch} events`);
  }
  const publications = batch.map((item: unknown) => readBatchItem(item, app));
  await Promise.all(publications.map((publication) => broadcast(app, publication)));
  if (publications.every(({ info }) => info.length === 0)) return {};
  const described: Described[] = [];
  for (const publication of publications) {
    const [first] = await describeChannels(app, publication);
    described.push(first?.[1] ?? {});
  }
  return { batch: described };
}

/** An event of a batch is for one channel only (P-252). */
function readBatchItem(item: unknown, app: App): Publication {
  if (isObject(item) && item["channels"] !== undefined) {
    throw new ApiError(400, "An event of a batch has one channel");
  }
  return readPublication(item, app.settings);
}

function describeChannels(
  app: App,
  { channels, info }: Publication,
): Promise<(readonly [string, Described])[]> {
  return Promise.all(
    channels.map(async (channel) => [channel, await describe(app, channel, info)] as const),
  );
}
