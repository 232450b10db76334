/** `schema`: JSON Schemas for editors and other programs, from the zod schemas that parse. */
import { z } from "zod";
import { expectedSchema } from "../engine/expected.ts";
import { scenarioJsonSchema } from "../language/json_schema.ts";
import { loadScenarioSchema } from "../load/scenario.ts";
import { VOCABULARY } from "./vocabulary.ts";
import { reportJsonSchema } from "../../reports/check/json.ts";
import { comparisonSchema } from "../../reports/compare/schema.ts";
import { matrixSchema } from "../../reports/matrix/schema.ts";
import { capacityReportSchema } from "../record/capacity/report.ts";
import { loadReportSchema } from "../record/load/report.ts";
import { applicationSchema } from "../applications/file.ts";
import { targetSchema } from "../../targets/file.ts";

const SCHEMAS = {
  scenarios: () => scenarioJsonSchema(VOCABULARY),
  target: () => z.toJSONSchema(targetSchema, { io: "input" }),
  application: () => z.toJSONSchema(applicationSchema, { io: "input", unrepresentable: "any" }),
  load: () => z.toJSONSchema(loadScenarioSchema, { io: "input" }),
  expected: () => z.toJSONSchema(expectedSchema),
  report: reportJsonSchema,
  "load-report": () => z.toJSONSchema(loadReportSchema),
  "capacity-report": () => z.toJSONSchema(capacityReportSchema),
  "compare-report": () => z.toJSONSchema(comparisonSchema),
  "matrix-report": () => z.toJSONSchema(matrixSchema),
};

export function printSchema(what: keyof typeof SCHEMAS): string {
  return `${JSON.stringify(SCHEMAS[what](), null, 2)}\n`;
}
