import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { HttpRequest } from "./http.ts";
import { type Official, withOfficialLibrary } from "./official_library.ts";
import { bodyMd5, signRequest } from "./signature.ts";

const account = { id: "3", key: "278d425bdf160c739803", secret: "7ad3773142a6692b25b8" };

/** What the library sends when it is used so, and what it makes of this answer. */
async function heard(
  status: number,
  use: (library: Official) => Promise<unknown>,
): Promise<HttpRequest & { readonly body: string }> {
  const requests: (HttpRequest & { readonly body: string })[] = [];
  const hand = (request: HttpRequest & { readonly body: string }) => {
    requests.push(request);
    return Promise.resolve({ status, headers: { "content-type": "application/json" }, body: "{}" });
  };
  await withOfficialLibrary(account, hand, use);
  const [request] = requests;
  if (!request) throw new Error("the library made no request");
  return request;
}

function signatureOf({ method, target }: HttpRequest): { sent: string; ours: string } {
  const [path = "", query = ""] = target.split("?");
  const { auth_signature: sent = "", ...rest } = Object.fromEntries(new URLSearchParams(query));
  return { sent, ours: signRequest(account.secret, method, path, rest) };
}

describe("the official library through a relay", () => {
  it("is heard as it speaks, and signs a publish as we do", async () => {
    const request = await heard(200, (library) => library.trigger("project-3", "foo", { a: "é" }));
    assertEquals(JSON.parse(request.body), {
      name: "foo",
      channels: ["project-3"],
      data: '{"a":"é"}',
    });
    const { sent, ours } = signatureOf(request);
    assertEquals(sent, ours);
    assertEquals(request.target.includes(`body_md5=${bodyMd5(request.body)}`), true);
  });

  it("signs a question as we do, with characters that need escaping", async () => {
    const request = await heard(
      200,
      (library) => library.get({ path: "/channels", params: { filter_by_prefix: "a@b,c;d e" } }),
    );
    const { sent, ours } = signatureOf(request);
    assertEquals(sent, ours);
  });

  it("takes a status of 400 and more for a refusal", async () => {
    await assertRejects(() => heard(413, (library) => library.trigger("a", "b", {})));
  });

  it("is left without an answer where the target gave none", async () => {
    const silent = () => Promise.resolve(undefined);
    await assertRejects(() =>
      withOfficialLibrary(account, silent, (library) => library.trigger("a", "b", {}))
    );
  });
});
