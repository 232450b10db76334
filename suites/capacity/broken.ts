/** What reached its limit when a target no longer met its objectives: causes first, then consequences. */
import { bytes, counting, moment, significant, whole } from "../record/numbers.ts";
import type { Broken } from "../record/capacity/trial.ts";
import type { LoadReport } from "../record/load/report.ts";
import { cpuOf } from "../record/load/cpu.ts";
import { deathInWords, troubleInWords } from "../load/findings.ts";
import { readObjective } from "../load/objective.ts";
import { countsOf, measuredPhases } from "../record/load/phases.ts";

type What = Broken["what"];

/** Of cores or of memory, this share is all: the rest is never free for one program alone. */
const FULL = 0.9;
/** Cores in use are its own doing where it uses this share of them at least. */
const ITS_OWN = 0.2;
/** Descriptors that a server needs for other things than connections. */
const SPARE_DESCRIPTORS = 8;
/** What a system says when a process may open no more. */
const TOO_MANY_FILES = /EMFILE|too many open files/i;
const CONNECTING = ["connect", "reconnect", "connection", "subscribe"];

/** Reads it out of the report of a run that missed its objectives. */
export function broken(report: LoadReport): Broken[] {
  return [
    ...process(report),
    ...descriptors(report),
    ...memory(report),
    ...cpu(report),
    ...connections(report),
    ...events(report),
    ...loss(report),
    ...objectives(report),
  ];
}

const one = (what: What, text: string): Broken[] => [{ what, text }];

function process({ resources, load: { death, measurements } }: LoadReport): Broken[] {
  const [restart] = resources?.restarts ?? [];
  if (death) return one("process", deathInWords(death, measurements));
  return restart ? one("process", `${restart.what}, at ${moment(restart.at)}`) : [];
}

function descriptors({ resources, load: { death, measurements } }: LoadReport): Broken[] {
  const samples = resources?.samples.map(({ process }) => process) ?? [];
  const left = samples.flatMap((usage) => usage?.descriptorsLeft ?? []);
  const most = samples.flatMap((usage) => usage?.descriptors ?? []);
  if (left.length > 0 && Math.min(...left) <= SPARE_DESCRIPTORS) {
    return one(
      "descriptors",
      `file descriptor limit reached (${whole(Math.max(...most) + Math.min(...left))})`,
    );
  }
  // The system's own words, which a server passes on.
  const said = measurements.troubles.find(({ detail }) => TOO_MANY_FILES.test(detail));
  if (said) return one("descriptors", troubleInWords(said));
  return death && TOO_MANY_FILES.test(death.lastWords)
    ? one("descriptors", deathInWords(death, measurements))
    : [];
}

function memory({ resources, evidence: { machine } }: LoadReport): Broken[] {
  const most = Math.max(0, ...resources?.samples.map(({ host }) => host?.memory ?? 0) ?? []);
  return most > FULL * machine.memory
    ? one(
      "memory",
      `the machine had ${bytes(most)} of its ${bytes(machine.memory)} of memory in use`,
    )
    : [];
}

function cpu({ resources, load: { measurements }, evidence: { machine } }: LoadReport): Broken[] {
  if (!resources) return [];
  const used = cpuOf(resources, measurements);
  const host = resources.samples.flatMap((sample) => sample.host?.cpu ?? []);
  const busiest = Math.max(0, ...host);
  if (used === undefined) return [];
  if (busiest > FULL * machine.cores) {
    const use = `${significant(busiest)} of the machine's ${machine.cores} cores were in use, ${
      significant(used)
    } by the target`;
    return used > ITS_OWN * machine.cores
      ? one("cpu", use)
      : one("machine", `${use}: other programs may be what was measured`);
  }
  // What runs on one thread has no more than one core, however many there are.
  return used > FULL && used <= 1.1
    ? one("cpu", `the target used ${significant(used)} cores, all that a single thread can use`)
    : [];
}

function connections({ load: { measurements } }: LoadReport): Broken[] {
  const [trouble] = measurements.troubles.filter(({ what }) => CONNECTING.includes(what));
  if (!trouble) return [];
  const { standing, planned } = measurements.connections;
  return one(
    "connections",
    `${whole(standing)} of ${counting(planned, "connection")} were open at the end; ${
      troubleInWords(trouble)
    }`,
  );
}

function events({ load: { measurements } }: LoadReport): Broken[] {
  const { accepted, refused, unanswered } = countsOf(measuredPhases(measurements));
  const failed = refused + unanswered;
  return failed > 0
    ? one(
      "events",
      `${whole(failed)} of ${whole(accepted + failed)} events were refused or not answered`,
    )
    : [];
}

function loss({ load: { measurements } }: LoadReport): Broken[] {
  const { expected, delivered } = countsOf(measuredPhases(measurements));
  return delivered < expected
    ? one("loss", `${whole(expected - delivered)} of ${whole(expected)} deliveries were lost`)
    : [];
}

function objectives({ load }: LoadReport): Broken[] {
  return load.objectives.filter(({ verdict }) => verdict === "missed").flatMap(
    ({ text, measured = "" }) => {
      const objective = readObjective(text);
      const figure = typeof objective === "string" ? undefined : objective.figure;
      if (figure?.of === "delivered") return []; // said as loss
      return one(figure && "quantile" in figure ? "latency" : "objective", `${text}: ${measured}`);
    },
  );
}
