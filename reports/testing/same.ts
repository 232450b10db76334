/** Whether two types say the same, for tests that hold a schema against what is written. */

/** `true` where both types hold the same, to every depth. */
export type Same<A, B> = (<T>() => T extends Plain<A> ? 1 : 2) extends
  (<T>() => T extends Plain<B> ? 1 : 2) ? true : false;

/** Mapped types are compared as written; this writes both the same way. */
type Plain<T> = T extends readonly (infer Item)[] ? Plain<Item>[]
  : T extends object ? { -readonly [K in keyof T]: Plain<T[K]> }
  : T;
