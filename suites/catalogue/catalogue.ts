/**
 * The requirement catalogue: every row of the protocol this project judges, read once at start.
 *
 * Rows keep their numbers for ever, so the catalogue refuses a gap as well as a duplicate.
 */
import { PlumblineError } from "../record/errors.ts";
import { join } from "@std/path";
import { parse, YAMLParseError } from "yaml";
import { z } from "zod";
import type { Requirement } from "../record/requirement.ts";
import { type Ambiguity, ambiguityFile, type RequirementRow, sectionFile } from "./file.ts";
import { scoreOf } from "./score.ts";

export interface Catalogue {
  /** Those of the protocol first, in the order of their ids; then those of applications. */
  readonly requirements: readonly Requirement[];
  readonly ambiguities: readonly Ambiguity[];
  /** The row of an id, or undefined for an id nobody gave. */
  find(id: string): Requirement | undefined;
  /** The register's entry of an id such as `A7`. */
  ambiguity(id: string): Ambiguity | undefined;
}

/** Something in `scenarios/requirements/` is not as it must be; the message names file and row. */
export class CatalogueError extends PlumblineError {
  override readonly name = "CatalogueError";
  constructor(message: string, options?: ErrorOptions) {
    super("PLB_BAD_CATALOGUE", message, options);
  }
}

/**
 * Reads the catalogue under `root`, the folder that holds `scenarios/`.
 *
 * @throws {CatalogueError} when a file cannot be read, a row is malformed, an id comes twice or is
 * missing, or an ambiguity and the row it touches do not name each other.
 */
export async function loadCatalogue(root: string): Promise<Catalogue> {
  const folder = join(root, "scenarios", "requirements");
  const names = (await filesIn(folder)).sort();
  const register = await readFile(folder, "ambiguities.yaml", ambiguityFile);
  const sections = await Promise.all(
    names.filter((name) => /^\d\d-.*\.yaml$/.test(name))
      .map((name) => readFile(folder, name, sectionFile)),
  );

  const ambiguities = new Map(register.ambiguities.map((entry) => [entry.id, entry]));
  const whollyDemoted = new Set(
    register.ambiguities.flatMap(({ demotes }) =>
      demotes && demotes.part === undefined ? [demotes.requirement] : []
    ),
  );
  const requirements = new Map<string, Requirement>();
  for (const { section, requirements: rows } of sections) {
    for (const row of rows) {
      if (requirements.has(row.id)) throw new CatalogueError(`${row.id} is there twice`);
      requirements.set(row.id, requirementOf(row, section, whollyDemoted.has(row.id)));
    }
  }
  refuseGaps(requirements);
  refuseDanglingAmbiguities(requirements, ambiguities);
  refuseDanglingPremises(requirements);

  return {
    requirements: [...requirements.values()].sort((a, b) => place(a.id) < place(b.id) ? -1 : 1),
    ambiguities: register.ambiguities,
    find: (id) => requirements.get(id),
    ambiguity: (id) => ambiguities.get(id),
  };
}

const place = (id: string) => `${id.startsWith("P-") ? 0 : 1}${id}`;

function requirementOf(row: RequirementRow, section: string, demoted: boolean): Requirement {
  const {
    hostedLimit: _,
    url,
    optIn,
    withoutScenario,
    live,
    ambiguities,
    bound,
    boundBy,
    standsOn,
    ...rest
  } = row;
  return {
    ...rest,
    section,
    score: scoreOf(row),
    live: live ?? false,
    ambiguities: ambiguities ?? [],
    ...(demoted && { demoted }),
    ...(url !== undefined && { url }),
    ...(optIn !== undefined && { optIn }),
    ...(bound !== undefined && { bound }),
    ...(boundBy !== undefined && { boundBy }),
    ...(standsOn !== undefined && { standsOn }),
    ...(withoutScenario !== undefined && { withoutScenario }),
  };
}

/** Rows of the protocol are numbered from `P-001` on, without a gap. */
function refuseGaps(requirements: ReadonlyMap<string, Requirement>): void {
  const rows = [...requirements.keys()].filter((id) => id.startsWith("P-")).length;
  for (let number = 1; number <= rows; number++) {
    const id = `P-${String(number).padStart(3, "0")}`;
    if (!requirements.has(id)) throw new CatalogueError(`${id} is missing: ids are never reused`);
  }
}

function refuseDanglingPremises(requirements: ReadonlyMap<string, Requirement>): void {
  for (const { id, standsOn = [] } of requirements.values()) {
    const unknown = standsOn.find((one) => one === id || !requirements.has(one));
    if (unknown !== undefined) {
      throw new CatalogueError(`${id} stands on ${unknown}, which is no other requirement`);
    }
  }
}

function refuseDanglingAmbiguities(
  requirements: ReadonlyMap<string, Requirement>,
  ambiguities: ReadonlyMap<string, Ambiguity>,
): void {
  for (const { id, ambiguities: named } of requirements.values()) {
    for (const name of named) {
      if (ambiguities.get(name)?.demotes?.requirement !== id) {
        throw new CatalogueError(`${id} names ${name}, which does not demote it`);
      }
    }
  }
  for (const { id, demotes } of ambiguities.values()) {
    if (demotes && !requirements.get(demotes.requirement)?.ambiguities.includes(id)) {
      throw new CatalogueError(`${id} demotes ${demotes.requirement}, which does not name it`);
    }
  }
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name);
  } catch (cause) {
    throw new CatalogueError(`cannot read the requirement catalogue in ${folder}`, { cause });
  }
}

async function readFile<T>(folder: string, name: string, schema: z.ZodType<T>): Promise<T> {
  const path = join(folder, name);
  let document: unknown;
  try {
    document = parse(await Deno.readTextFile(path));
  } catch (cause) {
    const why = cause instanceof YAMLParseError ? cause.message : "it cannot be read";
    throw new CatalogueError(`${path}: ${why}`, { cause });
  }
  const parsed = schema.safeParse(document);
  if (!parsed.success) throw new CatalogueError(`${path}:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
