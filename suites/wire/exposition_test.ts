import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseExposition, parseSelector, select } from "./exposition.ts";

/** From the documentation of the format, with its oddities. */
const PAGE = String.raw`# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9
metric_without_timestamp_and_labels 12.47
something_weird{problem="division by zero"} +Inf -3982045
braces{inside="{a}, b",} 1
exemplified_bucket{le="+Inf"} 17 # {trace_id="a"} 0.67
`;

describe("Prometheus's text format", () => {
  const samples = parseExposition(PAGE);
  const value = (selector: string) => select(samples, parseSelector(selector));

  it("is read with its escapes, timestamps and exemplars", () => {
    assertEquals(samples.length, 7);
    assertEquals(samples[2]?.labels, {
      path: String.raw`C:\DIR\FILE.TXT`,
      error: 'Cannot find file:\n"FILE.TXT"',
    });
    assertEquals(value("metric_without_timestamp_and_labels"), 12.47);
    assertEquals(value("something_weird"), Infinity);
    assertEquals(value('braces{inside="{a}, b"}'), 1);
    assertEquals(value("exemplified_bucket"), 17);
  });

  it("gives one series by its labels, in whatever order, and the sum of several", () => {
    assertEquals(value('http_requests_total{code="400", method="post"}'), 3);
    assertEquals(value("http_requests_total"), 1030);
  });

  it("gives nothing for a series that is not there, which is not 0", () => {
    assertEquals(value('http_requests_total{code="500"}'), undefined);
    assertEquals(value("http_requests"), undefined);
  });

  it("refuses a line that is none, and says which", () => {
    for (const line of ["<html>", "a{b=c} 1", 'a{b="c"}', "a twelve", 'a{b="c} 1']) {
      assertThrows(() => parseExposition(`good 1\n${line}\n`), Error, "line 2");
    }
  });

  it("refuses a selector that is none", () => {
    for (const text of ["", "a b", 'a{b="c"', "rate(a[1m])", "a{b=~c}"]) {
      assertThrows(() => parseSelector(text), Error);
    }
  });
});
