import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { internalsIn } from "./internals.ts";

const what = (text: string) => internalsIn(text).map((internal) => internal.what);

describe("what only the inside says", () => {
  it("is told by the errors of databases", () => {
    assertEquals(what('column "reserv" does not exist'), ["an SQL error of PostgreSQL"]);
    assertEquals(what("SQLSTATE[23505]: Unique violation"), ["an SQL error of PostgreSQL"]);
    assertEquals(what("UNIQUE constraint failed: bids.id"), ["an SQL error of SQLite"]);
    assertEquals(what('near "FORM": syntax error'), ["an SQL error of SQLite"]);
    assertEquals(what("Duplicate entry '7' for key 'bids.PRIMARY'"), ["an SQL error of MySQL"]);
    assertEquals(what("SELECT * FROM lots WHERE id = 'x'"), ["an SQL statement"]);
    assertEquals(what("insert into `bids` (`amount`) values (?)"), ["an SQL statement"]);
  });

  it("is told by stack traces", () => {
    const node = "Error: no\n    at placeBid (/srv/app/auctions.js:17:9)";
    assertEquals(what(node), ["a stack trace of JavaScript"]);
    assertEquals(what("at async file:///srv/app/main.ts:3:1"), ["a stack trace of JavaScript"]);
    assertEquals(what("#0 /var/www/app/Bid.php(31): close()"), ["a stack trace of PHP"]);
    assertEquals(what("thrown in /var/www/app/Bid.php on line 31"), ["a stack trace of PHP"]);
    assertEquals(what("Traceback (most recent call last):"), ["a stack trace of Python"]);
  });

  it("is told by a stored password", () => {
    assertEquals(what(`$2y$10$${"a".repeat(53)}`), ["a stored password"]);
    assertEquals(what("$argon2id$v=19$m=65536,t=4,p=1$c2FsdA$aGFzaA"), ["a stored password"]);
  });

  it("is not told by what people say to each other", () => {
    const sayings = [
      "Please select a lot from the list, where you like",
      "Update the page; the lot was set to sold",
      "A bid must be at least 110",
      '{"message":"The amount is missing","code":"invalid"}',
      "See https://example.test/app.js for more",
    ];
    for (const text of sayings) assertEquals(what(text), [], text);
  });

  it("takes no longer than the text is long", () => {
    for (const text of ["select ", "#0 /", "at (", "in /a", "update a "]) {
      assertEquals(what(text.repeat(20_000)), [], text);
    }
  });
});
