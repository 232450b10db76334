/** The pages in real browsers: people bid against each other, lines break, nobody else gets in. */
import { whyNoChromium } from "../../../../suites/pages/browser/chromium.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { BREAKS } from "../broken/breaks.ts";
import { openVisit, says, type Visit } from "./testing/visit.ts";

const skip = whyNoChromium();
if (skip !== undefined) console.warn(`Skipped: ${skip}`);

/** Where pictures go for the documentation; nowhere without it. */
const PICTURES = Deno.env.get("PLUMBLINE_PICTURES");
async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/page-${name}.png` });
}

/** Everything of a page that holds a text, in its memory. */
async function inMemory(page: Page, text: string): Promise<boolean> {
  const devtools = await page.context().newCDPSession(page);
  let found = false;
  let rest = "";
  devtools.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }: { chunk: string }) => {
    found ||= (rest + chunk).includes(text);
    rest = chunk.slice(-text.length);
  });
  await devtools.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  await devtools.detach();
  return found;
}

describe("the pages in Chromium", { skip }, () => {
  let visit: Visit;
  beforeAll(async () => void (visit = await openVisit()));
  afterAll(() => visit?.[Symbol.asyncDispose]());
  const auction = async () => (await visit.stage.sale([734_291])).lots[0] ?? "";
  const bid = async (page: Page, dollars: number) => {
    await page.fill("#amount", String(dollars));
    await page.getByRole("button", { name: "Bid" }).click();
  };

  it("let two bid against each other, and see each other's bids", async () => {
    const path = `/pages/auctions/${await auction()}`;
    const [ana, ben] = await Promise.all([
      visit.open("bidder", path),
      visit.open("bidder", path),
    ]);
    await says(ana, "#status", "live");
    await bid(ana, 100);
    await says(ben, "#price", "$100.00");
    await says(ben, "#minimum", "$100.10");
    await bid(ben, 120);
    await says(ana, "#price", "$120.00");
    await says(ana, "#log", "A bid of $120.00");
    await bid(ana, 110);
    await says(ana, "#refusal", /at least/i);
    // By keyboard alone: to the field, and Enter.
    await ana.locator("#amount").focus();
    await ana.keyboard.press("Control+A");
    await ana.keyboard.type("150");
    await ana.keyboard.press("Enter");
    await says(ben, "#price", "$150.00");
    await picture(ben, "auction");
    await Promise.all([ana.context().close(), ben.context().close()]);
  });

  it("catch up after an outage, which the badge shows", async () => {
    const lot = await auction();
    const page = await visit.open("bidder", `/pages/auctions/${lot}`);
    await says(page, "#version", "1");
    const ben = await visit.stage.person("bidder");
    visit.away();
    await page.locator('.badge[data-state="unavailable"]').waitFor();
    await ben.post(`/auctions/${lot}/bids`, { amount: 77_700 });
    assertEquals(await page.textContent("#price"), "$0.00");
    visit.back();
    await says(page, "#price", "$777.00");
    await says(page, "#log", "Caught up with version 2");
    await page.locator('.badge[data-state="connected"]').waitFor();
    await page.context().close();
  });

  it("are not left stale by an outage so short that the library never calls it one", async () => {
    const lot = await auction();
    const page = await visit.open("bidder", `/pages/auctions/${lot}`);
    await says(page, "#version", "1");
    // Everything the badge has said, from here on.
    await page.evaluate(`
      const badge = document.querySelector(".badge");
      const note = () => document.body.dataset.states += " " + badge.dataset.state;
      new MutationObserver(note).observe(badge, { attributes: true });
    `);
    const ben = await visit.stage.person("bidder");
    visit.cut();
    await page.locator('body[data-states*=" connecting"]').waitFor();
    await ben.post(`/auctions/${lot}/bids`, { amount: 88_800 });
    await says(page, "#price", "$888.00");
    await page.locator('body[data-states*=" connected"]').waitFor();
    const states = await page.getAttribute("body", "data-states");
    assertEquals(states?.includes("unavailable"), false);
    await page.context().close();
  });

  it("discard events that are older than what they show", async () => {
    const lot = await auction();
    const page = await visit.open("bidder", `/pages/auctions/${lot}`);
    await says(page, "#version", "1");
    const ben = await visit.stage.person("bidder");
    await ben.post(`/auctions/${lot}/bids`, { amount: 50_000 });
    await says(page, "#price", "$500.00");
    const stale = { lot_id: lot, amount: 40_000, bid_count: 1, version: 2 };
    await visit.stage.server.api.trigger(`auction.${lot}`, "BidPlaced", stale);
    await says(page, "#log", "Discarded an event of version 2");
    assertEquals(await page.textContent("#price"), "$500.00");
    await page.context().close();
  });

  it("show who is here, who types and where they point", async () => {
    const [stella, otto] = await Promise.all([
      visit.open("staff", "/pages/documents/7"),
      visit.open("officer", "/pages/documents/7"),
    ]);
    for (const page of [stella, otto]) await page.locator("#here li").nth(1).waitFor();
    await stella.locator("#text").pressSequentially("Dear");
    await says(otto, "#typing", "A staff is typing");
    await stella.locator("#board").hover({ position: { x: 30, y: 30 } });
    await says(otto, ".pointer", "A staff");
    await picture(otto, "document");
    await stella.context().close();
    await otto.locator("#here li").nth(1).waitFor({ state: "detached" });
    await says(otto, "#typing", "Nobody is typing");
    await otto.context().close();
  });

  it("ring the bell, and count what is unread", async () => {
    const page = await visit.open("customer", "/pages/portal");
    const me = await page.getAttribute('meta[name="app:user"]', "content");
    const staff = await visit.stage.person("staff");
    await staff.post("/notifications", { to: me, title: "Stage Changed", body: "On to the next" });
    await says(page, "#unread", "1");
    await page.locator("#bell").focus();
    await page.keyboard.press("Enter");
    await says(page, "#notices", "On to the next");
    await picture(page, "bell");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await says(page, "#unread", "0");
    await page.keyboard.press("Escape");
    await page.locator("#notices").waitFor({ state: "hidden" });
    await page.context().close();
  });

  it("show a client his invoices, what happens, and what is announced", async () => {
    const page = await visit.open("customer", "/pages/portal");
    const client_id = await page.getAttribute('meta[name="app:user"]', "content");
    const staff = await visit.stage.person("staff");
    const invoice = { client_id, number: "2026-44", total: 12_500, memo: "pays late" };
    const { id } = (await staff.post("/invoices", invoice)).body.data;
    await says(page, "#invoices", "2026-44");
    await staff.post(`/invoices/${id}/transitions`, { to: "sent" });
    await says(page, "#invoices", "sent");
    await says(page, "#feed", "invoice 2026-44: sent");
    const news = { title: "We move", body: "On Monday" };
    const made = (await staff.post("/announcements", news)).body.data;
    await staff.post(`/announcements/${made.id}/publish`);
    await says(page, "#announcements", "We move");
    await picture(page, "portal");
    assertEquals(await inMemory(page, "pays late"), false);
    await page.context().close();
  });

  it("show metrics as they change, with a chart", async () => {
    const page = await visit.open("staff", "/pages/metrics");
    const before = Number(await page.textContent("#orders"));
    await visit.stage.order(await visit.stage.person("customer"));
    await says(page, "#orders", String(before + 1));
    await page.locator('#chart polyline[points*=" 6.7"]').waitFor({ state: "attached" });
    await picture(page, "metrics");
    await page.context().close();
  });

  it("are for those who may see them", async () => {
    const page = await visit.open("bidder", "/pages/metrics");
    assertEquals(new URL(page.url()).pathname, "/pages");
    await page.context().close();
  });

  it("connect from their own origin only", async () => {
    const foreign = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () =>
        new Response("<!doctype html><title>Elsewhere</title>", {
          headers: { "content-type": "text/html" },
        }),
    );
    const page = await visit.open("bidder", "/pages");
    const { port } = visit.stage.server.running;
    // The same browser, which has the cookies, on a page of another host.
    await page.goto(`http://localhost:${foreign.addr.port}/`);
    const heard = await page.evaluate<string>(`new Promise((resolve) => {
      const socket = new WebSocket("ws://127.0.0.1:${port}/app/app-key?protocol=7");
      socket.onmessage = ({ data }) => resolve(data);
      socket.onclose = ({ code }) => resolve("closed with " + code);
    })`);
    assertStringIncludes(heard, "4009");
    const read = await page.evaluate<string>(
      `fetch("${visit.stage.origin}/user", { credentials: "include" }).then(() => "read", () => "refused")`,
    );
    assertEquals(read, "refused");
    await page.context().close();
    await foreign.shutdown();
  });

  for (
    const [role, path] of [
      [undefined, "/pages"],
      ["bidder", "/pages/auctions/ID"],
      ["staff", "/pages/documents/9"],
      ["staff", "/pages/metrics"],
      ["customer", "/pages/portal"],
    ] as const
  ) {
    it(`${path} fits a phone, and axe finds nothing wrong, in the light and in the dark`, async () => {
      const at = path.replace("ID", path.includes("ID") ? await auction() : "");
      for (const scheme of ["light", "dark"] as const) {
        const page = await visit.open(role, at, { width: 375, scheme });
        if (role !== undefined) await page.locator("#bell").click();
        const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
        assert(wide <= 375, `the page is ${wide} px wide`);
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<AxeResults>("axe.run()");
        assertEquals(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), []);
        await page.context().close();
      }
    });
  }
});

describe("a secret in an event", { skip }, () => {
  for (const [fault, isThere] of [[undefined, false], ["reserve-in-payload", true]] as const) {
    it(`is ${isThere ? "" : "not "}in a page's memory ${fault ?? "where nothing is wrong"}`, async () => {
      await using visit = await openVisit(fault === undefined ? undefined : BREAKS[fault]);
      const lot = (await visit.stage.sale([734_291])).lots[0] ?? "";
      const page = await visit.open("bidder", `/pages/auctions/${lot}`);
      await says(page, "#version", "1");
      await (await visit.stage.person("bidder")).post(`/auctions/${lot}/bids`, { amount: 20_000 });
      await says(page, "#price", "$200.00");
      assertEquals(await inMemory(page, "reserve_price"), isThere);
    });
  }
});
