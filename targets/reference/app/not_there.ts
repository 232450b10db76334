/** Thrown inside a transaction that has found no such row; nothing is changed. */
export class NotThere extends Error {}

/** Undefined where the change found no such row. */
export async function orNotThere<T>(changing: Promise<T>): Promise<T | undefined> {
  try {
    return await changing;
  } catch (error) {
    if (error instanceof NotThere) return undefined;
    throw error;
  }
}
