/** A browser without pages: cookies, the CSRF header, JSON. */
import { CookieJar } from "tough-cookie";

export interface Answer {
  readonly status: number;
  // deno-lint-ignore no-explicit-any -- a test looks into whatever came
  readonly body: any; // each test says what it looks for in it
}

export interface Browser {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  logIn(user: { email: string; password: string }): Promise<Answer>;
}

export function openBrowser(origin: string): Browser {
  const jar = new CookieJar();
  async function ask(method: string, path: string, body?: unknown, more = {}): Promise<Answer> {
    const url = `${origin}${path}`;
    const cookies = await jar.getCookies(url);
    const csrf = cookies.find(({ key }) => key === "XSRF-TOKEN")?.value;
    const response = await fetch(url, {
      method,
      headers: {
        cookie: await jar.getCookieString(url),
        ...(csrf ? { "x-xsrf-token": csrf } : {}),
        ...(body === undefined || body instanceof URLSearchParams
          ? {}
          : { "content-type": "application/json" }),
        ...more,
      },
      ...(body === undefined
        ? {}
        : { body: body instanceof URLSearchParams ? body : JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) await jar.setCookie(cookie, url);
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  }
  const browser: Browser = {
    get: (path) => ask("GET", path),
    post: (path, body, headers) => ask("POST", path, body, headers),
    async logIn({ email, password }) {
      await browser.get("/sanctum/csrf-cookie");
      return await browser.post("/login", { email, password });
    },
  };
  return browser;
}
