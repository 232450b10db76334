import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { describe, it } from "@std/testing/bdd";
import { createRemoteState, type Line } from "./remote_state.ts";

/** A line to a hub that has not come to any question yet. */
function slowHub() {
  const answers: (() => void)[] = [];
  const line: Line = {
    ask: (_name, _args, then) => void answers.push(() => then(undefined as never)), // neither question is answered with anything
    tell() {},
  };
  return {
    state: createRemoteState(line, "app", {}),
    answerAll: () => answers.forEach((a) => a()),
  };
}

describe("what a worker asks of the hub", () => {
  for (
    const [what, ask] of [
      [
        "an event",
        (state: ReturnType<typeof slowHub>["state"]) => state.publish("orders", Buffer.from("{}")),
      ],
      [
        "the end of a user's connections",
        (state: ReturnType<typeof slowHub>["state"]) =>
          state.terminate("ana", { code: 4009, reason: "Terminated" }),
      ],
    ] as const
  ) {
    it(`is not done before the hub has heard of ${what}: the next may come by another worker`, async () => {
      const { state, answerAll } = slowHub();
      const asked = ask(state);
      assert(asked instanceof Promise);
      let done = false;
      const noted = asked.then(() => done = true);
      await new Promise((resolve) => setImmediate(resolve));
      assertEquals(done, false);
      answerAll();
      await noted;
    });
  }
});
