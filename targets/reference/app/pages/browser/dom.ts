/** What the components use of the browser's document: its types are not those that Deno checks by. */
interface Element {
  focus(): void;
  getAttribute(name: string): string | null;
  getBoundingClientRect(): {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
}
interface Browser {
  readonly document: {
    readonly cookie: string;
    querySelector(selector: string): Element | null;
  };
  readonly location: { assign(path: string): void };
}

export const { document, location } = globalThis as unknown as Browser; // where this runs there is one
