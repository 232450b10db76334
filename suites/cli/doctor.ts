/** `doctor`: the probe alone. Is the target there, do its settings fit, and what does it offer? */
import { bold, dim, green, red, yellow } from "@std/fmt/colors";
import { join } from "@std/path";
import { openFixture } from "../engine/fixture.ts";
import { probe } from "../engine/probe.ts";
import { receiveWebhooks } from "../engine/webhook_receiver.ts";
import { masking } from "../record/check/masking.ts";
import { openRecorder } from "../record/evidence_log.ts";
import { invocation } from "../record/invocation.ts";
import { type Feature, FEATURES, type FeatureState, type Probed } from "../record/probed.ts";
import { visibleLine } from "../record/visible.ts";
import { loadTarget, targetPath } from "../../targets/file.ts";
import { install } from "../../targets/install.ts";
import { baseUrl, secretsOf } from "../../targets/target.ts";
import { newRun } from "./explore.ts";

export interface DoctorOptions {
  /** The folder that holds `targets/`. */
  readonly root: string;
  /** A name in `targets/` or a file; the reference server, started here, without it. */
  readonly target?: string;
  readonly start: boolean;
}

/** In colour when they are shown, which is not known when this file is read. */
const SIGN: Readonly<Record<FeatureState, () => string>> = {
  offered: () => green("✔"),
  absent: () => dim("–"),
  broken: () => red("✘"),
  unknown: () => yellow("?"),
};

/**
 * Probes the target and says what was found; nothing is judged. Throws what a check would throw
 * before its first scenario: `BadFile`, `WrongSetting`, `CannotStart`, `Unreachable`.
 */
export async function doctor(
  options: DoctorOptions,
  write: (text: string) => void,
): Promise<void> {
  const start = options.start || options.target === undefined;
  const file = targetPath(options.target ?? "reference", join(options.root, "targets"));
  const target = await loadTarget(file, { started: start });
  if (start) await install(target);
  const webhooks = start ? receiveWebhooks("127.0.0.1", 0) : undefined;
  const recorder = openRecorder(() => {});
  try {
    const fixture = await openFixture({
      target,
      start,
      application: undefined,
      webhooks,
      log: recorder.log("server"),
    });
    try {
      const where = start ? "started here" : `at ${baseUrl(target.api)}`;
      write(`${bold(target.title)}, ${where}\n`);
      const probed = await probe(fixture.open, { log: recorder.log("probe"), run: newRun() });
      const mask = masking(secretsOf(target));
      write(mask(diagnosis(probed)));
      write(`Next: ${invocation(["check", ...argumentsOf(options)].join(" "))}\n`);
    } finally {
      await fixture.close();
    }
  } finally {
    await webhooks?.close();
  }
}

function argumentsOf({ target, start }: DoctorOptions): string[] {
  return [...(target === undefined ? [] : ["--target", target]), ...(start ? ["--start"] : [])];
}

/** What was found, a line each: the settings, what is doubted, every feature. */
function diagnosis({ features, doubts, clockOffsetMs }: Probed): string {
  const rows = Object.entries(FEATURES) as [Feature, string][]; // the keys of FEATURES
  const lines = [
    "It answers, and the id, the key and the secret of the app main are right.",
    ...doubts.map((doubt) => `${yellow("!")} ${visibleLine(doubt)}`),
    ...(clockOffsetMs === 0 ? [] : [
      `Its clock is ${Math.abs(clockOffsetMs)} ms ${
        clockOffsetMs > 0 ? "ahead of" : "behind"
      } ours.`,
    ]),
    ...rows.map(([feature, title]) => {
      const { state, observation } = features[feature];
      const line = `  ${SIGN[state]()} ${state.padEnd(8)} ${title}`;
      return state === "offered" ? line : `${line}: ${dim(visibleLine(observation))}`;
    }),
  ];
  return `${lines.join("\n")}\n`;
}
