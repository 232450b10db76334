/** What is mutated, as a target: the reference server and application, started from a copy. */
import type { ApplicationFile } from "../applications/file.ts";
import { prepareApplication } from "../applications/start.ts";
import { type Fixture, openFixture } from "../engine/fixture.ts";
import type { Grading } from "../engine/grade.ts";
import { modelFor } from "../engine/model.ts";
import { receiveWebhooks } from "../engine/webhook_receiver.ts";
import type { Probed } from "../record/probed.ts";
import { openRecorder } from "../record/evidence_log.ts";
import type { Requirement } from "../record/requirement.ts";
import { CannotStart } from "../../targets/start.ts";
import type { Start, Target } from "../../targets/target.ts";

export interface Subject {
  readonly target: Target;
  readonly application: ApplicationFile;
  readonly requirement: (id: string) => Requirement;
}

/**
 * How much longer than its deadline something that must come is waited for, in milliseconds. `check`
 * waits 20 s, to tell late from never; of a server on this machine nothing comes so late.
 */
export const PATIENCE_MS = 1000;
/** How soon a mutant must listen: the reference server takes a quarter of a second on an idle machine. */
const READY_MS = 30_000;

/** The subject with its programs taken from `copy`, which may write to `folders`. */
export function fromCopy(
  { target, application, requirement }: Subject,
  copy: string,
  environment: Readonly<Record<string, string>>,
  folders: readonly string[] = [],
): Subject {
  const moved = (start: Pick<Start, "command" | "environment">) => {
    const [program = "", run = "", ...words] = start.command.map((word) =>
      word.replace("${plumbline}/targets/reference/", `${copy}/targets/reference/`)
    );
    const mayWrite = words.includes("--allow-write")
      ? []
      : folders.map((folder) => `--allow-write=${folder}`);
    return {
      command: [program, run, ...mayWrite, ...words],
      environment: { ...start.environment, ...environment },
      readyMs: READY_MS,
    };
  };
  return {
    requirement,
    target: {
      ...target,
      ...(target.start ? { start: { ...target.start, ...moved(target.start) } } : {}),
    },
    application: {
      ...application,
      ...(application.start
        ? { start: { ...application.start, ...moved(application.start) } }
        : {}),
    },
  };
}

export interface OpenSubject {
  readonly fixture: Fixture;
  /** Ends all its programs at once; nothing can be started on it any more. */
  end(): Promise<void>;
}

/** Starts the server, and the application as soon as a scenario needs it. Throws `CannotStart` or `Unreachable`. */
export async function openSubject({ target, application }: Subject): Promise<OpenSubject> {
  const webhooks = receiveWebhooks("127.0.0.1", 0);
  let isOver = false;
  const opened: Fixture["open"][] = [];
  const ifOpen = () => {
    if (isOver) throw new CannotStart("it is over");
  };
  try {
    const fixture = await openFixture({
      target,
      start: true,
      application: (server, isAlone) =>
        prepareApplication(application, target, server, { start: true, isAlone }),
      webhooks,
      log: openRecorder(() => {}).log("server"),
    });
    const { apart: _, ...rest } = fixture;
    return {
      fixture: {
        ...rest,
        get open() {
          return fixture.open;
        },
        restart: async () => {
          ifOpen();
          await fixture.restart();
        },
        another: async () => {
          ifOpen();
          const another = await fixture.another();
          opened.push(another);
          return another;
        },
      },
      end: async () => {
        if (isOver) return;
        isOver = true;
        await Promise.all([fixture.open, ...opened].map(async ({ server, application }) => {
          await application?.stop();
          await server?.stop("SIGKILL");
        }));
        await webhooks.close();
      },
    };
  } catch (error) {
    await webhooks.close();
    throw error;
  }
}

/** Judging as `check` does. */
export function gradingOf({ target, requirement }: Subject, open: Fixture["open"]): (
  probed?: Probed,
) => Grading {
  return (probed) => ({
    requirement,
    claims: target.claims,
    known: target.known,
    bounds: target.bounds,
    clockOffsetMs: open.clockOffsetMs,
    ...(probed ? { probed } : {}),
    model: modelFor(target),
  });
}
