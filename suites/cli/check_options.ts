/** What `check` may be told. */
import type { Limits } from "../engine/budget.ts";
import type { FailOn } from "../record/fail_on.ts";
import type { Choice } from "./chosen.ts";

export interface CheckOptions extends Choice {
  /** The folder that holds `scenarios/` and `targets/`. */
  readonly root: string;
  /** A name in `targets/` or a file; the reference server, started here, without it. */
  readonly target?: string;
  readonly start: boolean;
  /** Whether clients and calls are spread over the target's nodes. */
  readonly spread: boolean;
  /** A name in `targets/applications/` or a file; the target file's own without it. */
  readonly application?: string;
  /** Judge clients on scripted servers instead of a target. */
  readonly clients: boolean;
  /** Where the record and the reports go. */
  readonly out: string;
  /** A file of expected verdicts. */
  readonly expected?: string;
  /** Where what fails now is written as such a file. */
  readonly writeExpected?: string;
  /** Judge by the catalogue of this day, YYYY-MM-DD; what is newer informs. */
  readonly catalogue?: string;
  readonly failOn: FailOn;
  /** Whether a must that the target file gives no means to test leaves the run incomplete. */
  readonly requireAll: boolean;
  /** Whether a scenario that ran again makes the run fail. */
  readonly failOnRetry: boolean;
  readonly seed: number;
  /** Whether it ends with the first must that fails and that nothing expected. */
  readonly bail: boolean;
  /** What it may take of the target. */
  readonly budget?: Limits;
  /** Whether others may notice the check: on a target that is not this machine's, nothing else does. */
  readonly allowDisruption: boolean;
}
