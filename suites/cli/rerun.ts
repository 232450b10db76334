/** `--rerun-failed`: what an earlier check found wrong, and nothing else, run again. */
import { isOwnCase } from "../record/check/own_cases.ts";
import { readRecord } from "../record/check/read.ts";
import { COUNTED } from "../record/fail_on.ts";
import { UsageError } from "../record/usage_error.ts";

/**
 * The scenarios of a record that failed, came late or warned. Throws `RecordError` where it is none,
 * and `UsageError` where nothing in it can be run again.
 */
export async function failedIn(record: string): Promise<string[]> {
  const { cases } = await readRecord(record);
  const failed = cases.flatMap(({ attempt: { id }, result }) =>
    result && !isOwnCase(id) && COUNTED.should.has(result.verdict) ? [id] : []
  );
  if (failed.length > 0) return failed;
  throw new UsageError(`no scenario failed in ${record}`, "PLB_NOTHING_CHOSEN");
}
