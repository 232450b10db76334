import { accuses } from "../testing.ts";

accuses("the form of frames and the end of connections", [
  [
    "P-027",
    "a frame that is no message",
    (told) =>
      told.connects("ana").add({
        kind: "received",
        socket: "ana#1",
        opcode: "text",
        text: "[]",
        bytes: 2,
      }),
  ],
  [
    "P-024",
    "a binary frame",
    (told) =>
      told.connects("ana").add({
        kind: "received",
        socket: "ana#1",
        opcode: "binary",
        base64: "",
        bytes: 0,
      }),
  ],
  [
    "P-012",
    "the same socket_id on two connections",
    (told) => told.connects("ana", 0, "1.1").connects("ben", 0, "1.1"),
  ],
  ["P-013", "another form of socket_id", (told) => told.connects("ana", 0, "abc")],
  [
    "P-060",
    "open long after a code that closes",
    (told) =>
      told.connects("ana").receives("ana", {
        event: "pusher:error",
        data: { code: 4001, message: "no" },
      })
        .waits(6000).isHeard("ana"),
  ],
  [
    "P-056",
    "a close without a reason",
    (told) => told.connects("ana").closes("ana", "target", 4200, ""),
  ],
]);
