/** What the model has to know about the target and about the run. */

export interface ModelApp {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
  /** How long the app's cache channels keep an event, where the target file says so. */
  readonly cacheTtlMs?: number;
  /** It is known to send every kind of webhook, so that those that never come can be missed. */
  readonly sendsWebhooks?: boolean;
}

export interface ModelOptions {
  readonly apps: readonly ModelApp[];
  /** `kept`: what is sent on one connection takes effect and arrives in that order. */
  readonly ordering: "kept" | "unknown";
  /** True for channels and users that only this scenario uses; the model judges no others. */
  readonly owns: (name: string) => boolean;
  /** How long after its cause an effect may still come. */
  readonly settleMs: number;
  /** How old a listing or a count of the HTTP API may be. */
  readonly staleMs: number;
}
