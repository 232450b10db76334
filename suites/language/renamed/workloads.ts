/** Words of workloads: crowds, sequences, rosters, the server's memory. */
import { client, type Renamed, scenario, undoubled } from "./entry.ts";

/** A property of a client's roster, which had a word of its own. */
const rosterIs = (was: string, property: string): Renamed =>
  client(was, "roster", `{ roster: CHANNEL, property: ${property} }`, { [was]: "roster" }, {
    property,
  });

export const WORKLOADS: readonly Renamed[] = [
  scenario("fill", "gather", "gather: { group: GROUP, slots: 9 }", { with: "group" }),
  undoubled("gather", "group"),
  scenario(
    "distinctSocketIds",
    "everyMessage",
    "everyMessage: { distinct: socket_id, group: GROUP }",
    { distinctSocketIds: "group" },
    { distinct: "socket_id" },
  ),
  scenario(
    "publishNumbers",
    "publishSequence",
    "publishSequence: { on: …, event: …, first: 1, last: 9 }",
  ),
  scenario("pours", "publishSequence", "publishSequence: { on: …, event: …, megabytes: 9 }"),
  scenario(
    "publishOnOneConnection",
    "publishSequence",
    "publishSequence: { on: …, event: …, count: 9, pipelined: false }",
    {},
    { pipelined: false },
  ),
  client(
    "getsAll",
    "receivesSequence",
    "{ receivesSequence: CHANNEL, event: EVENT, poured: true }",
    {
      getsAll: "event",
      on: "receivesSequence",
    },
    { poured: true },
  ),
  client(
    "hearsNumbers",
    "receivesSequence",
    "{ receivesSequence: CHANNEL, event: EVENT, outage: … }",
    {
      hearsNumbers: "receivesSequence",
      property: "outage",
    },
  ),
  {
    ...scenario(
      "stallDelaysNothing",
      "stallDelaysNothing",
      "stallDelaysNothing: { event: …, on: … }",
      {
        stallDelaysNothing: "event",
      },
    ),
    with: "stallDelaysNothing",
  },
  scenario("weighs", "footprint", "footprint: { as: NAME }"),
  scenario("lighterThan", "footprint", "footprint: { since: NAME, megabytes: 9 }"),
  scenario("keepsNothing", "footprint", "footprint: { of: memory }", { keepsNothing: "of" }),
  scenario("churnConnections", "comeAndGo", "comeAndGo: { connections: GROUP, cycles: 20 }", {
    churnConnections: "connections",
    group: "connections",
  }),
  {
    ...scenario("comeAndGo", "comeAndGo", "comeAndGo: { group: …, … }", { tabs: "group" }),
    with: "tabs",
  },
  scenario("reconnectAtOnce", "comeAndGo", "comeAndGo: { group: …, rounds: … }", { tabs: "group" }),
  scenario("storm", "comeAndGo", "comeAndGo: { group: …, watchers: …, rounds: … }", {
    tabs: "group",
  }),
  client("heardStorm", "roster", "{ roster: CHANNEL, without: … }", { heardStorm: "roster" }),
  scenario("stormIsCounted", "rostersAgree", "rostersAgree: { counted: true, on: CHANNEL }", {}, {
    counted: true,
  }),
  client("rosterIs", "roster", "{ roster: CHANNEL, is: [ana, bob] }", {
    rosterIs: "is",
    on: "roster",
  }),
  rosterIs("rosterAddsUp", "adds up"),
  rosterIs("hearsNothingBeforeRoster", "comes first"),
  rosterIs("memberEventsAlternate", "changes in turns"),
];
