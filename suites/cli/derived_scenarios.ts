/** The scenarios that an application file's own resources come to. */
import { join } from "@std/path";
import { Document, isMap, isScalar, visit } from "yaml";
import { deriveScenarios, LOGIN } from "../applications/derive.ts";
import { type ApplicationFile, loadApplication } from "../applications/file.ts";
import type { Scenario, Step } from "../engine/scenario.ts";
import { parseScenarios } from "../language/parse.ts";
import { readSource } from "../language/source.ts";
import { VOCABULARY } from "./vocabulary.ts";

/** The application whose scenarios stand in the documentation for those of any other. */
const EXAMPLE = "ticket-desk";
/** One with pages, which the ticket desk has not. */
const WITH_PAGES = "reference-portal";

/** The scenarios of the ticket desk, which has something of all that can be declared but a page. */
export async function exampleScenarios(root: string): Promise<Scenario[]> {
  const [desk = [], portal = []] = await Promise.all([EXAMPLE, WITH_PAGES].map(async (name) => {
    const file = join(root, "targets", "applications", `${name}.yaml`);
    return derivedScenarios(await loadApplication(file, () => undefined));
  }));
  // Whose roles they are is no matter of the catalogue.
  return [
    ...desk.filter(({ family }) => family !== LOGIN),
    ...portal.filter(({ family }) => family.endsWith("/page")),
  ];
}

/** None where the file declares no resources. Each stands where the file has its resource. */
export function derivedScenarios(file: ApplicationFile): Scenario[] {
  const derived = deriveScenarios(file);
  if (derived === undefined) return [];
  return parseScenarios(readSource(file.file, textOf(derived)), VOCABULARY).map((scenario) => {
    const line = file.lines[scenario.id.split("/")[1] ?? ""] ?? 1;
    return { ...scenario, line, steps: scenario.steps.map((step) => standingAt(line, step)) };
  });
}

const standingAt = (line: number, step: Step): Step =>
  step.kind === "action"
    ? { ...step, line }
    : { ...step, line, steps: step.steps.map((inner) => standingAt(line, inner)) };

/** As a person writes it: a step on one line, which is how reports show it. */
function textOf(derived: object): string {
  const document = new Document(derived);
  visit(document, {
    Pair: (_key, { key, value }) => {
      const holdsSteps = isScalar(key) && ["together", "repeat", "steps"].includes(`${key.value}`);
      if (isMap(value) && !holdsSteps && value.items.length > 0) value.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}
