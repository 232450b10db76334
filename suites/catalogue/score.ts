import type { Score } from "../record/requirement.ts";
import type { RequirementRow } from "./file.ts";

/**
 * The one score a row counts under.
 *
 * A row that binds the server as well as somebody else counts for the server; hosted quotas count
 * apart, because a self-hosted server need not share them; what merely informs counts nowhere.
 */
export function scoreOf(
  row: Pick<RequirementRow, "level" | "basis" | "roles" | "hostedLimit">,
): Score {
  if (row.hostedLimit) return "limits";
  if (row.level === "may" || row.level === "info") return "none";
  if (row.roles.some((role) => role === "S" || role === "H" || role === "W")) {
    if (row.basis === "O") return "compatibility";
    return row.basis === "X" ? "robustness" : "conformance";
  }
  return row.roles.includes("C") ? "clients" : "application";
}
