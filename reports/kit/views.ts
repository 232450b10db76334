/**
 * A report is a table of views: each is one form of it, and the option that asks for that form.
 * A command has the options that its table names, and no others.
 */
import { dirname, join } from "@std/path";
import { UsageError } from "../../suites/record/usage_error.ts";

export const VIEW_OPTIONS = ["json", "junit", "markdown", "annotations"] as const;
export type ViewOption = typeof VIEW_OPTIONS[number];

/** As the file of a view: standard output. */
export const STANDARD_OUTPUT = "-";

/** Where reports go. */
export interface Destinations extends Readonly<Partial<Record<ViewOption, string>>> {
  readonly out: string;
}

export interface View<Run> {
  /** `junit` where `--junit FILE` asks for it. */
  readonly option?: ViewOption;
  /** What it is called in `--out`, where it is written whether anybody asks for it or not. */
  readonly file?: string;
  readonly render: (run: Run) => string;
}

/**
 * Writes every view that has a file or was asked for, making folders as needed.
 *
 * @param what What is reported, for the message: `a capacity`.
 * @returns the paths written.
 * @throws {UsageError} when a form is asked for that there is not; file system errors as Deno gives them.
 */
export async function writeViews<Run>(
  what: string,
  run: Run,
  views: readonly View<Run>[],
  destinations: Destinations,
): Promise<string[]> {
  requireViews(what, views, destinations);
  const written: string[] = [];
  const write = async (path: string, text: string) => {
    if (path === STANDARD_OUTPUT) return console.log(text.trimEnd());
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, text);
    written.push(path);
  };
  for (const { option, file, render } of views) {
    const asked = option && destinations[option];
    if (file === undefined && asked === undefined) continue;
    const text = render(run);
    if (file !== undefined) await write(join(destinations.out, file), text);
    if (asked !== undefined) await write(asked, text);
  }
  return written;
}

/** Throws `UsageError` where a form is asked for that there is not. */
export function requireViews<Run>(
  what: string,
  views: readonly View<Run>[],
  destinations: Destinations,
): void {
  const had = views.flatMap(({ option }) => option ?? []);
  const asked = VIEW_OPTIONS.filter((option) => destinations[option] !== undefined);
  const missing = asked.filter((option) => !had.includes(option)).map((option) => `--${option}`);
  if (missing.length === 0) return;
  const others = had.length > 0
    ? `it has ${had.map((option) => `--${option}`).join(" and ")}`
    : "it is a page only";
  throw new UsageError(
    `${what} has no ${missing.join(" and no ")}: ${others}`,
    "PLB_NO_SUCH_VIEW",
  );
}
