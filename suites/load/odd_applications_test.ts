/** What the reference application cannot be asked to do: sign slowly, and seal what it tells. */
import { assertEquals } from "@std/assert";
import { encodeBase64 } from "@std/encoding";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { loadTarget } from "../../targets/file.ts";
import { startServer } from "../../targets/start.ts";
import { root, withFolder } from "../cli/testing.ts";
import { openLane } from "../wire/http.ts";
import { seal } from "../wire/sealed.ts";
import { bodyMd5, signChannel, signRequest } from "../wire/signature.ts";
import { addressOf, planFor, SECRET, totalOf } from "./embedded/testing/plan.ts";
import { ENGINES, engines } from "./engines.ts";
import { decodeHistogram } from "../record/load/histogram.ts";
import type { LoadPlan } from "../record/load/plan.ts";

const CREDENTIALS = { key: "app-key", secret: SECRET };
const built = await Deno.stat(join(root, ".cache/k6/k6")).then(() => true, () => false);

type Answer = (form: URLSearchParams) => Promise<object> | object;
interface Place {
  /** Asks the server's HTTP API. */
  readonly api: (method: string, path: string, body?: string) => Promise<string>;
  readonly address: ReturnType<typeof addressOf>;
  /** Where `sign` answers a POST; what else is posted goes to `publish`. */
  readonly url: string;
}

/** Tells a scenario on the reference server, beside an application of two endpoints. */
async function beside(
  endpoints: (api: Place["api"]) => { sign: Answer; publish?: (body: string) => Promise<void> },
  attempt: (place: Place) => Promise<void>,
) {
  const target = await loadTarget(join(root, "targets/reference.yaml"), { started: true });
  const server = await startServer(target, "http://127.0.0.1:9/nobody");
  const address = addressOf(server);
  const lane = openLane(new URL(address.api));
  const api: Place["api"] = async (method, path, body = "") => {
    const at = `/apps/app-id${path}`;
    const query = {
      auth_key: "app-key",
      auth_timestamp: String(Math.floor(Date.now() / 1000)),
      auth_version: "1.0",
      ...(body === "" ? {} : { body_md5: bodyMd5(body) }),
    };
    const auth_signature = signRequest(SECRET, method, at, query);
    const target = `${at}?${new URLSearchParams({ ...query, auth_signature })}`;
    const headers = { "content-type": "application/json" };
    return (await lane.send({ method, target, headers, body }, 5000)).body;
  };
  const { sign, publish } = endpoints(api);
  const application = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const body = await request.text();
      if (new URL(request.url).pathname === "/sign") {
        return Response.json(await sign(new URLSearchParams(body)));
      }
      await publish?.(body);
      return Response.json({ success: true });
    },
  );
  try {
    await attempt({ api, address, url: `http://127.0.0.1:${application.addr.port}` });
  } finally {
    await application.shutdown();
    lane.close();
    await server.stop();
  }
}

const signed = (form: URLSearchParams) => ({
  auth: signChannel(CREDENTIALS, form.get("socket_id") ?? "", form.get("channel_name") ?? ""),
});

for (const engine of ENGINES) {
  const skip = engine === "k6" && !built ? "k6 is not built: deno task k6:build" : false;
  const run = (plan: LoadPlan) =>
    withFolder(async (out) => {
      const { signal } = new AbortController();
      return await engines[engine].run(plan, { secret: SECRET, signal, out });
    });

  describe(`an odd application, by ${engine}`, { skip }, () => {
    it("that signs slowly keeps nobody else from being dialed", async () => {
      const { promise: others, resolve } = Promise.withResolvers<void>();
      const sign = async (form: URLSearchParams) => {
        await others;
        return signed(form);
      };
      await beside(() => ({ sign }), async ({ api, address, url }) => {
        const plan = planFor(address, {
          channels: ["private-lot", "early", "late"],
          clients: [
            {
              ...{ name: "bidders", count: 300, perSecond: 1000, channels: [[0]] },
              authorize: { url: `${url}/sign`, headers: {} },
            },
            // The second is dialed after a second, when 300 wait for their signatures.
            { name: "readers", count: 2, perSecond: 1, channels: [[1], [2]] },
          ],
          publishers: [],
          phases: [{ name: "all", seconds: 0.5, rate: 1, measured: true }],
        });
        const running = run(plan);
        while (!(await api("GET", "/channels/late")).includes('"occupied":true'));
        resolve();
        const { connections, troubles, phases } = await running;
        assertEquals(troubles, []);
        assertEquals(connections, { planned: 302, standing: 302, most: 302 });
        const [ramp] = phases;
        assertEquals(decodeHistogram(ramp?.latencies.authorize ?? "").totalCount, 300);
      });
    });

    it("that seals what it tells gives the key with its signature", async () => {
      const key = crypto.getRandomValues(new Uint8Array(32));
      const channel = "private-encrypted-lot";
      await beside((api) => ({
        sign: (form) => ({ ...signed(form), shared_secret: encodeBase64(key) }),
        publish: async (body) => {
          const data = seal(body, key);
          await api("POST", "/events", JSON.stringify({ name: "bid", data, channels: [channel] }));
        },
      }), async ({ address, url }) => {
        const plan = planFor(address, {
          channels: [channel],
          clients: [{
            ...{ name: "bidders", count: 5, perSecond: 100, channels: [[0]] },
            authorize: { url: `${url}/sign`, headers: {} },
          }],
          publishers: [{
            ...{ event: "bid", perSecond: 5, channels: [0], bytes: 0 },
            request: {
              url: `${url}/bids`,
              headers: { "Content-Type": "application/json" },
              body: '{"bid":{"amount":$number}}',
              first: 7,
              step: 3,
              field: "bid.amount",
              accepted: { where: { success: true } },
            },
          }],
          phases: [{ name: "all", seconds: 2, rate: 1, measured: true }],
        });
        const measurements = await run(plan);
        assertEquals(measurements.troubles, []);
        const { accepted, expected, delivered, unexpected } = totalOf(measurements);
        assertEquals({ accepted, expected, delivered, unexpected }, {
          ...{ accepted: 10, expected: 50, delivered: 50, unexpected: 0 },
        });
      });
    });
  });
}
