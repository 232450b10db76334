/** The pages: HTML, style and script, under a policy that lets them connect to two places only. */
import { Hono } from "hono";
import type { Config } from "../config.ts";
import { isStaff } from "../access.ts";
import { type Asked, HttpError, type Known } from "../http/request.ts";
import { pageScript } from "./bundle.ts";
import { framed } from "./frame.ts";

const file = (name: string) => Deno.readTextFile(new URL(`./html/${name}`, import.meta.url));

/** An id of this application, and nothing that a channel's name or a page may not have. */
const ID = "[\\w-]{1,100}";

/** Where pages are, for whoever starts the application. */
export const PAGES = ["/pages", "/pages/portal", "/pages/documents/1", "/pages/metrics"];

export function pageRoutes(
  config: Pick<Config, "account" | "websocket" | "privateAuctions" | "testing">,
): Hono<Known> {
  const { account: { key }, websocket } = config;
  // Scripts and styles of its own, no inline ones; requests to itself, and the WebSocket.
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${websocket}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

  async function page(asked: Asked, name: string, title: string, subject = ""): Promise<Response> {
    const main = await file(`${name}.html`);
    // What is for trying it out is not even sent elsewhere.
    const shown = config.testing
      ? main.replace("<!--testing", "").replace("testing-->", "")
      : main.replace(/<!--testing.*testing-->/s, "");
    const user = asked.get("user");
    asked.header("content-security-policy", policy);
    asked.header("x-content-type-options", "nosniff");
    asked.header("referrer-policy", "no-referrer");
    asked.header("cache-control", "no-store");
    return asked.html(framed(shown, { title, subject, user, key, websocket }));
  }

  /** Whoever may not see it is shown the way in. */
  const forSome =
    (isFor: (asked: Asked) => boolean, show: (asked: Asked) => Promise<Response>) =>
    async (asked: Asked) => isFor(asked) ? await show(asked) : asked.redirect("/pages");
  const isKnown = (asked: Asked) => asked.get("user")?.suspended === false;
  const isOfStaff = (asked: Asked) => {
    const user = asked.get("user");
    return user !== undefined && !user.suspended && isStaff(user);
  };
  const auction = (id: string) => `${config.privateAuctions ? "private-" : ""}auction.${id}`;

  return new Hono<Known>()
    .get("/pages", (asked) => page(asked, "index", "The reference application"))
    .get(
      `/pages/auctions/:id{${ID}}`,
      (asked) => page(asked, "auction", "An auction", auction(asked.req.param("id"))),
    )
    .get(
      `/pages/documents/:id{${ID}}`,
      forSome(
        isOfStaff,
        (asked) => page(asked, "document", "A document", asked.req.param("id") ?? ""),
      ),
    )
    .get("/pages/metrics", forSome(isOfStaff, (asked) => page(asked, "metrics", "Metrics")))
    .get("/pages/portal", forSome(isKnown, (asked) => page(asked, "portal", "Your portal")))
    // Browsers ask for it by themselves.
    .get("/favicon.ico", (asked) => asked.body(null, 204))
    .get("/pages/page.css", async (asked) => {
      asked.header("content-type", "text/css; charset=utf-8");
      return asked.body(await file("page.css"));
    })
    .get("/pages/app.js", async (asked) => {
      asked.header("content-type", "text/javascript; charset=utf-8");
      const script = await pageScript().catch((cause: Error) => {
        console.error(`The pages' script cannot be bundled: ${cause.message}`);
        throw new HttpError(503, "no_script", "The pages' script cannot be had");
      });
      return asked.body(script);
    });
}
