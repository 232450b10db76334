/** U3, U8, U14, U17 and U22: servers that end connections, or themselves. */
import { closeWith, crash, overtaken } from "../../../faults/actions.ts";
import { crashOn } from "../../../faults/answers.ts";
import { request, toClient, toTarget } from "../../../faults/rules.ts";
import { channelIn, fieldIn, isUnauthorized } from "../../../faults/subscribing.ts";
import type { Deviation } from "../deviation.ts";

const PARALLEL = ["presence", "auth", "api", "protocol", "whispers"]
  .flatMap((suite) => ["--suite", suite]);

const KILLED = { exit: 1, failed: ["P-032", "P-318"] };

const SUPERVISED: readonly Deviation[] = [
  {
    row: "U3",
    does: "ends when channel_data is a list, and is up again after 0.3 s",
    server: {
      rules: [
        toTarget({
          event: "pusher:subscribe",
          where: (seen) => fieldIn(seen, "channel_data")?.startsWith("[") ?? false,
        }, crash),
      ],
      backAfterMs: 300,
    },
    args: PARALLEL,
    right: KILLED,
  },
  {
    row: "U3",
    does:
      "ends when a client subscribes to a channel named without a name, and is up again after 0.3 s",
    server: {
      rules: [
        toTarget({ event: "pusher:subscribe", where: (seen) => channelIn(seen) === "" }, crash),
      ],
      backAfterMs: 300,
    },
    args: PARALLEL,
    right: KILLED,
  },
  {
    row: "U3",
    does: "ends when user_id is null, and is up again after 0.1 s",
    server: {
      rules: [
        toTarget({
          event: "pusher:subscribe",
          where: (seen) => fieldIn(seen, "channel_data") === '{"user_id":null}',
        }, crash),
      ],
      backAfterMs: 100,
    },
    args: PARALLEL,
    right: KILLED,
  },
  {
    row: "U3",
    does: "ends when it is asked for the users of a public channel, and is up again after 0.1 s",
    server: {
      rules: [
        request({ method: "GET", path: /^\/channels\/(?!presence-)[^/]+\/users$/ }, crashOn),
      ],
      backAfterMs: 100,
    },
    args: PARALLEL,
    right: KILLED,
  },
];

const QUOTA = { id: "quota-id", key: "quota-key", secret: "quota-secret", maxConnections: 5 };
const MAIN = { id: "app-id", key: "app-key", secret: "app-secret" };

const UNHURRIED: readonly Deviation[] = [100, 1000].map((ms) => ({
  row: "U8",
  does: `notices after ${ms} ms that a connection was cut`,
  server: { rules: [], front: { noticesCutsAfterMs: ms } },
  target: { apps: { main: MAIN, quota: QUOTA } },
  args: [
    "--scenario",
    "protocol/connections/*quota*",
    "--scenario",
    "protocol/connections/vanished*",
  ],
  right: { exit: 0, failed: [] },
}));

const SINS: readonly Deviation[] = [
  {
    row: "U14",
    does: "closes at once who asks for what he may not have, while other errors take 50 ms",
    server: {
      rules: [
        toTarget(
          { event: "pusher:subscribe", where: isUnauthorized },
          closeWith(4009, "Unauthorized"),
        ),
        toClient({ event: "pusher:error" }, overtaken(50)),
      ],
    },
    args: ["--suite", "protocol"],
    right: { exit: 0, failed: [] },
  },
  {
    row: "U14",
    does: "closes at once who sends an unknown command, while other errors take 50 ms",
    server: {
      rules: [
        toTarget({ event: "pusher:nope" }, closeWith(4200, "Unknown command")),
        toClient({ event: "pusher:error" }, overtaken(50)),
      ],
    },
    args: ["--scenario", "protocol/errors/*"],
    right: { exit: 0, failed: [] },
  },
];

const answered = (status: number, body: string, headers = `Content-Length: ${body.length}\r\n`) =>
  `HTTP/1.1 ${status} No\r\nContent-Type: application/json\r\n${headers}` +
  `Connection: close\r\n\r\n${body}`;

const EARLY: readonly Deviation[] = [
  {
    row: "U17",
    does:
      "answers 401 to a body in chunks before it comes, of a length it does not say, and closes",
    server: {
      rules: [],
      front: {
        refuses: (head) =>
          /^POST[^]*transfer-encoding: chunked/i.test(head)
            ? answered(401, '{"error":"no body_md5"}', "")
            : undefined,
      },
    },
    args: ["--scenario", "api/transport/*"],
    right: { exit: 1, failed: ["P-259"], says: /HTTP 401/, saysNot: /EPIPE|no answer|ECONNRESET/ },
  },
  {
    row: "U17",
    does:
      "breaks off instead of answering the third publish on a kept connection, which it has done",
    server: {
      rules: [
        request(
          { method: "POST", path: "/events", where: ({ turn }) => turn === 3 },
          async (exchange) => {
            await exchange.forward(exchange.request);
            return undefined;
          },
        ),
      ],
    },
    args: ["--suite", "ordering", "--suite", "api", "--suite", "cache"],
    // Sent again by the runtime, each such publish was told as an event that came twice.
    right: { exit: 1, failed: ["P-235", "P-260"], saysNot: /twice/ },
  },
  {
    row: "U17",
    does: "answers 413 to a body of more than 4,000 bytes before it comes, and closes",
    server: {
      rules: [],
      front: {
        refuses: (head) =>
          Number(/^POST[^]*content-length: (\d+)/i.exec(head)?.[1] ?? 0) > 4000
            ? answered(413, '{"error":"too large"}')
            : undefined,
      },
    },
    args: ["--scenario", "api/transport/*"],
    right: {
      exit: 0,
      failed: [],
      warned: ["P-210"],
      says: /HTTP 413/,
      saysNot: /EPIPE|no answer|ECONNRESET/,
    },
  },
];

/** It may happen to end twice at the same scenario. */
const ENDED = { exit: 1, failed: ["P-318"], perhaps: ["P-032"] };

const ENDING: readonly Deviation[] = [
  {
    row: "U4",
    does: "ends at random, once in 1,500 messages, and is started again by check",
    server: { program: "exiting_server.ts", args: ["--once-in", "1500"], startedByCheck: true },
    args: ["--suite", "ordering", "--suite", "api", "--suite", "presence"],
    right: ENDED,
  },
  {
    row: "U4",
    does: "is killed with signal 9 at its 200th message, whenever it was started",
    server: { program: "exiting_server.ts", args: ["--killed-at", "200"], startedByCheck: true },
    args: ["--suite", "presence", "--suite", "whispers"],
    right: ENDED,
  },
  {
    row: "U4",
    does: "says 4200 to everybody, and ends half a second later, on user data that is no JSON",
    server: { program: "exiting_server.ts", args: ["--says-farewell"], startedByCheck: true },
    target: {
      apps: Object.fromEntries(
        ["main", "users"].map((name) => [
          name,
          { id: "app-id", key: "app-key", secret: "app-secret" },
        ]),
      ),
    },
    args: ["--scenario", "users/signin/without-an-object/*"],
    // Who asks to sign in has an answer of this kind; it is none to what he asked.
    right: { exit: 1, failed: ["P-032", "P-318"], blockedBy: { "P-184": "P-032" } },
  },
];

const FULL: readonly Deviation[] = [
  {
    row: "U22",
    does: "ends at its 151st connection, and its target file allows 120",
    server: { program: "exiting_server.ts", args: ["--most", "150"], startedByCheck: true },
    target: { maxConnections: 120 },
    args: [
      ...["--suite", "protocol", "--suite", "presence", "--suite", "auth"],
      // Such a server says good-bye to nobody.
      ...["--exclude", "protocol/errors/shutdown"],
      // What stands before it remembers for each line what was asked on it.
      ...["--exclude", "protocol/growth/*"],
    ],
    right: { exit: 0, failed: [] },
  },
  {
    row: "U22",
    does: "ends at its 31st connection, is not started by check, and its target file allows 25",
    server: { program: "exiting_server.ts", args: ["--most", "30"], startedByCheck: false },
    target: { maxConnections: 25 },
    args: ["--suite", "auth", "--suite", "whispers"],
    right: { exit: 0, failed: [] },
  },
];

export const CONNECTIONS: readonly Deviation[] = [
  ...SUPERVISED,
  ...ENDING,
  ...UNHURRIED,
  ...SINS,
  ...EARLY,
  ...FULL,
];
