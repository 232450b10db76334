/** What a page has to tell of itself, the newest first. */
export interface Line {
  readonly key: number;
  readonly time: string;
  readonly text: string;
}

const LINES = 20;
let keys = 0;

export function logged(lines: readonly Line[], text: string): Line[] {
  const line = { key: ++keys, time: new Date().toLocaleTimeString(), text };
  return [line, ...lines].slice(0, LINES);
}
