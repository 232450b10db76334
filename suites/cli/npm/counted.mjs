/** Verdicts that make a check fail, by `--fail-on`: as `suites/record/fail_on.ts` has them, which Node cannot read. */
export const COUNTED = {
  must: ["fail", "flaky"],
  late: ["fail", "flaky", "late"],
  should: ["fail", "flaky", "late", "warn"],
};
