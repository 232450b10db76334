import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { beforeAll, describe, it } from "@std/testing/bdd";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import type { Break } from "../faults/break.ts";
import { BREAKS } from "../faults/breaks.ts";
import { loadScenarios } from "../cli/load_scenarios.ts";
import { loadApplication } from "../applications/file.ts";
import { loadTarget } from "../../targets/file.ts";
import { checksToProve } from "./checks.ts";
import { outcomeOf } from "./outcome.ts";
import { type Proof, prove } from "./prove.ts";

const root = fromFileUrl(new URL("../../", import.meta.url));
const HARMLESS: Break = {
  name: "harmless",
  title: "Is right in everything.",
  violates: ["P-095", "P-097"],
  rules: [],
};
const named = (name: string) => BREAKS.filter((broken) => broken.name === name);
const chosen = (await loadScenarios(join(root, "scenarios"))).filter(({ family }) =>
  family === "auth/private/without-signature" || family === "auth/private/wrong-signature"
);
const catalogue = await loadCatalogue(root);

describe("proof that checks can fail", () => {
  let proof: Proof;
  beforeAll(async () => {
    proof = await prove({
      target: await loadTarget(join(root, "targets", "reference.yaml"), { started: true }),
      application: await loadApplication(join(root, "targets", "applications", "reference.yaml")),
      scenarios: chosen,
      breaks: [...named("signature-unchecked"), ...named("missing-auth-admitted"), HARMLESS],
      toProve: new Set(checksToProve(chosen, root).map(({ key }) => key)),
      requirement: (id) => {
        const row = catalogue.find(id);
        assert(row, id);
        return row;
      },
      signal: new AbortController().signal,
      onAttempt: () => {},
    });
  });
  const caught = (name: string) => {
    const attempt = proof.attempts.find(({ broken }) => broken.name === name);
    return new Set(attempt?.caughtBy.map(({ scenario }) => scenario.split("/")[2]));
  };

  it("finds nothing wrong without a break, and nothing in one that does nothing", () => {
    assertEquals(proof.spoiled, []);
    assertEquals(caught("harmless"), new Set());
  });

  it("names the checks that a break made fail", () => {
    assert(caught("signature-unchecked").has("wrong-signature"));
    assertEquals(caught("missing-auth-admitted"), new Set(["without-signature"]));
  });

  it("tells which breaks nobody caught, and which checks are proven", () => {
    const { uncaught, checks } = outcomeOf(checksToProve(chosen, root), proof, []);
    assertEquals(uncaught.map(({ broken }) => broken.name), ["harmless"]);
    const proven = checks.filter(({ breaks }) => breaks.length > 0);
    assert(proven.every(({ breaks }) => !breaks.includes("harmless")));
    assert(proven.length > 0);
  });
});
