/** Up to what load the embedded engine may be believed. */
import type { LoadPlan } from "../plan.ts";

export function beyondBound(_plan: LoadPlan): string | undefined {
  return undefined;
}
