/**
 * What may be wrong with the packages that this project stands on, as far as it can be told without
 * a network: from what it asks for, what is locked, and what was downloaded.
 */

/** `.ci/dependencies.json`: what is allowed. */
export interface Bounds {
  /** Packages that may be locked, with all that they need. */
  readonly most: number;
  /** Licences, as SPDX names them. */
  readonly licences: readonly string[];
  /** Packages that are allowed all the same, by name, and why. */
  readonly exceptions: Readonly<Record<string, string>>;
}

/** A package of the lock file. */
export interface Locked {
  readonly name: string;
  readonly version: string;
  /** It would run a script of its own when it is installed. */
  readonly hasScripts: boolean;
  /** It is for some systems only, and may not have been downloaded. */
  readonly isOfASystem: boolean;
  readonly hasIntegrity: boolean;
}

export interface Audited {
  readonly bounds: Bounds;
  readonly locked: readonly Locked[];
  /** What files ask for, by the file: `ws` is `^8.0.0`. */
  readonly wanted: readonly (readonly [file: string, name: string, version: string])[];
  /** Names whose scripts deno.json refuses. */
  readonly refused: readonly string[];
  /** What a downloaded package's `package.json` says; `undefined` where it was not downloaded. */
  readonly manifest: (locked: Locked) => { readonly license?: unknown } | undefined;
}

/** Everything that is wrong, a line each; none where all is well. */
export function audit({ bounds, locked, wanted, refused, manifest }: Audited): string[] {
  const licences = new Set(bounds.licences);
  const names = new Set(locked.map(({ name }) => name));
  return [
    ...locked.length > bounds.most
      ? [`${locked.length} packages are locked, and .ci/dependencies.json allows ${bounds.most}`]
      : [],
    ...wanted.filter(([, , version]) => !isPinned(version)).map(([file, name, version]) =>
      `${file} asks for ${name} ${version}, which is not one version`
    ),
    ...locked.flatMap((one) => {
      const called = `${one.name} ${one.version}`;
      return [
        ...one.hasIntegrity ? [] : [`${called} is locked without a hash`],
        ...one.hasScripts && !refused.includes(one.name)
          ? [`${called} would run a script when it is installed, and deno.json does not refuse it`]
          : [],
        ...one.name in bounds.exceptions ? [] : wrongLicence(one, manifest(one), licences),
      ];
    }),
    ...[...refused, ...Object.keys(bounds.exceptions)].filter((name) => !names.has(name)).map((
      name,
    ) => `${name} is not locked any more: take it from the list of exceptions`),
  ];
}

/** One version: `1.2.3`, `npm:name@1.2.3` or `1.2.3-beta.1`. */
const isPinned = (version: string): boolean =>
  /^(npm:@?[^@]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version);

function wrongLicence(
  one: Locked,
  said: { readonly license?: unknown } | undefined,
  allowed: ReadonlySet<string>,
): string[] {
  const called = `${one.name} ${one.version}`;
  if (!said) {
    if (one.isOfASystem) return [];
    return [`${called} was not downloaded, so that its licence is not known: run deno install`];
  }
  const licence = licenceOf(said);
  if (licence === undefined) return [`${called} names no licence`];
  return satisfies(licence, allowed) ? [] : [`${called} has the licence ${licence}`];
}

/** The SPDX expression; older packages have a list of objects. */
function licenceOf(said: Readonly<Record<string, unknown>>): string | undefined {
  const { license, licenses } = said;
  const all = [license ?? licenses ?? []].flat().flatMap((one: unknown) => {
    if (typeof one === "string") return [one];
    return typeof one === "object" && one !== null && "type" in one ? [String(one.type)] : [];
  });
  return all.length === 0 ? undefined : all.join(" OR ");
}

/** Whether what is allowed is enough: one of `A OR B`, all of `A AND B`. */
function satisfies(licence: string, allowed: ReadonlySet<string>): boolean {
  return licence.replaceAll(/[()]/g, "").split(" OR ").some((choice) =>
    choice.split(" AND ").every((one) => allowed.has(one.trim()))
  );
}
