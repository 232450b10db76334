import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { freePort, startProgram } from "./start.ts";

/** Listens, says nothing, and does not end when it is asked to. */
const DEAF = `
  Deno.addSignalListener("SIGTERM", () => {});
  Deno.listen({ port: Number(Deno.args[0]) });
  await new Promise((resolve) => setTimeout(resolve, 60_000));
`;

describe("a program that was started", () => {
  it("is killed when it does not end on SIGTERM", async () => {
    const program = await startProgram(
      "a deaf program",
      {
        command: ["$deno", "eval", DEAF, "$port"],
        files: {},
        environment: {},
        readyMs: 20_000,
        stop: "SIGTERM",
      },
      freePort(),
      () => undefined,
    );
    await program.stop("SIGTERM", 50);
    assertEquals((await program.ended).signal, "SIGKILL");
  });
});
