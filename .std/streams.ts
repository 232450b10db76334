/** `@std/streams` by way of npm, with the declarations this project uses. */
import * as std from "npm:deno-std@1.4.0/streams/text_line_stream.js";

interface Streams {
  /** Splits text at `\n` and `\r\n`, and nowhere else. */
  TextLineStream: new () => TransformStream<string, string>;
}

// The npm package carries no declarations, so the shape above is asserted once, here.
const typed = std as unknown as Streams;

export const TextLineStream: Streams["TextLineStream"] = typed.TextLineStream;
