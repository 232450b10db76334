/** The application of one test with all it stands on, on free ports: the reference server, a database, a queue. */
import { startTestServer, type TestServer } from "../../server/testing/server.ts";
import type { TestSocket } from "../../server/testing/socket.ts";
import { type Replace, type RunningApplication, startApplication } from "../application.ts";
import { readConfig } from "../config.ts";
import { type Answer, type Browser, openBrowser } from "./browser.ts";

export interface Person extends Browser {
  readonly id: string;
  readonly email: string;
}

export interface TestStage {
  readonly application: RunningApplication;
  readonly server: TestServer;
  readonly origin: string;
  visitor(): Browser;
  /** Somebody of that role, logged in. */
  person(role: string): Promise<Person>;
  /** A sale of lots with these reserves; the first is started when `live`. */
  sale(reserves: readonly number[], live?: boolean): Promise<{ id: string; lots: string[] }>;
  order(customer: Person): Promise<string>;
  /** A socket that listens to a public channel. */
  listener(channel: string): Promise<TestSocket>;
  stop(): Promise<void>;
}

export async function openStage(
  environment: Readonly<Record<string, string>> = {},
  replace?: Replace,
  settings: Parameters<typeof startTestServer>[0] = {},
): Promise<TestStage> {
  const server = await startTestServer(settings);
  const { host, port } = server.running;
  const application = await startApplication(
    readConfig({
      APPLICATION_PORT: "0",
      APPLICATION_TESTING: "1",
      PUSHER_HOST: host,
      PUSHER_PORT: String(port),
      ...environment,
    }),
    replace,
  );
  const origin = `http://${application.host}:${application.port}`;
  const maker = openBrowser(origin);
  const made = async (path: string, body: unknown) => dataOf(await maker.post(path, body));

  const stage: TestStage = {
    application,
    server,
    origin,
    visitor: () => openBrowser(origin),
    async person(role) {
      const user = await made("/testing/users", { role });
      const browser = openBrowser(origin);
      await browser.logIn(user);
      return { ...browser, id: user.id, email: user.email };
    },
    async sale(reserves, live = true) {
      const lots = reserves.map((reserve) => ({ starting_price: 100, increment: 10, reserve }));
      const sale = await made("/testing/sales", { lots });
      const ids: string[] = sale.lots.map(({ id }: { id: string }) => id);
      if (live) await (await stage.person("officer")).post(`/auctions/${ids[0]}/start`);
      return { id: sale.id, lots: ids };
    },
    async order(customer) {
      return (await made("/testing/orders", { customer_id: customer.id, notes: "ring twice" })).id;
    },
    async listener(channel) {
      const socket = await server.connect();
      socket.subscribe(channel);
      await socket.next("pusher_internal:subscription_succeeded");
      return socket;
    },
    async stop() {
      await application.stop();
      await server.stop();
    },
  };
  return stage;
}

function dataOf({ status, body }: Answer) {
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body.data;
}
