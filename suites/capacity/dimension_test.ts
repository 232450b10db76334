import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { UsageError } from "../record/usage_error.ts";
import { readSource } from "../language/source.ts";
import { readLoadScenario } from "../load/scenario.ts";
import { loadOf, withLoad } from "./dimension.ts";

const read = (publish: string, whisper = "") =>
  readLoadScenario(readSource(
    "test.yaml",
    `version: 1
name: test
title: A test
channels: { lobby: { kind: private } }
clients:
  guests: { count: 30, connect: 10/s, join: lobby }
  hosts: { count: 10, connect: 10/s, join: lobby${whisper} }
publish: ${publish}
phases: [{ name: all, for: 1s }]
`,
  ));
const scenario = read(
  "[{ event: Tick, to: lobby, rate: 4/s, bytes: 9 }]",
  ", whisper: { rate: 2/s, bytes: 9 }",
);

describe("the load of a scenario", () => {
  it("is its connections, which are raised in proportion", () => {
    assertEquals(loadOf(scenario, "connections"), 40);
    const raised = withLoad(scenario, "connections", 120);
    assertEquals(loadOf(raised, "connections"), 120);
    assertEquals(raised.clients.guests?.count, 90);
    assertEquals(raised.publish[0]?.rate, 4, "each hears as much as before");
  });

  it("is its events a second with those of its clients, which are raised alike", () => {
    assertEquals(loadOf(scenario, "rate"), 24);
    const raised = withLoad(scenario, "rate", 12);
    assertEquals([raised.publish[0]?.rate, raised.clients.hosts?.whisper?.rate], [2, 1]);
    assertEquals(loadOf(raised, "connections"), 40);
  });

  it("has no rate to raise where nothing is sent", () => {
    assertThrows(() => loadOf(read("[]"), "rate"), UsageError, "--dimension rate");
  });
});
