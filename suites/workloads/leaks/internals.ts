/** What only the inside of an application says: SQL, stack traces, files of its source, hashes. */
import { unwrap } from "./unwrap.ts";

export interface Internal {
  readonly what: string;
  /** The part of the text that shows it, cut. */
  readonly quote: string;
}

const PATTERNS: readonly (readonly [what: string, pattern: RegExp])[] = [
  [
    "an SQL error of PostgreSQL",
    /SQLSTATE\[?\w|\b(?:relation|column) "[^"\n]{1,80}" does not exist|duplicate key value violates unique constraint|syntax error at or near "|PostgresError|\bpg_query\(\)/,
  ],
  [
    "an SQL error of SQLite",
    /SQLITE_[A-Z]+|SqliteError|near "[^"\n]{1,80}": syntax error|no such (?:table|column): \w|(?:UNIQUE|NOT NULL|FOREIGN KEY|CHECK) constraint failed/,
  ],
  [
    "an SQL error of MySQL",
    /You have an error in your SQL syntax|Duplicate entry '[^'\n]{0,80}' for key|Unknown column '[^'\n]{1,80}' in '|ER_[A-Z]+_[A-Z_]+|Table '[^'\n]{1,80}' doesn't exist/,
  ],
  [
    "an SQL statement",
    /\bselect\s[^;<>]{1,400}?\sfrom\s+["`\w.]{1,80}\s+(?:where|order|limit|inner|left|for update)\b|\binsert\s+into\s+["`\w.]{1,80}\s*\(|\bupdate\s+["`\w.]{1,80}\s+set\s+["`\w.]{1,80}\s*=|\bdelete\s+from\s+["`\w.]{1,80}\s+where\b/i,
  ],
  [
    "a stack trace of JavaScript",
    /\n?\s*at (?:async )?(?:[\w$.<>[\] ]{1,100} )?\(?(?:file:|node:|ext:|https?:)?\/?[^\s()]{1,200}\.[cm]?[jt]sx?:\d+:\d+\)?/,
  ],
  [
    "a stack trace of PHP",
    /#\d+ (?:\/|[A-Z]:\\)[^\s(]{1,200}\.php\(\d+\)|Stack trace:\s*#0|\bin (?:\/|[A-Z]:\\)[^\s:]{1,200}\.php(?: on line |:)\d+|Illuminate\\[A-Z]\w+\\/,
  ],
  ["a stack trace of Python", /Traceback \(most recent call last\)/],
  [
    "a stored password",
    /\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|\$argon2(?:id|i|d)\$v=\d+\$|\$scrypt\$|\bpbkdf2_sha\d+\$\d+\$/,
  ],
];

const LONGEST_QUOTE = 120;

/** What the inside of one application looks like besides, from its file: by what it is, a pattern. */
export type OwnInside = Readonly<Record<string, string>>;

/**
 * Each kind at most once, however it was encoded. Every pattern of ours takes time in proportion to
 * the text.
 */
export function internalsIn(text: string, own: OwnInside = {}): Internal[] {
  const { views } = unwrap(text);
  const patterns = [
    ...PATTERNS,
    ...Object.entries(own).map(([what, pattern]) => [what, new RegExp(pattern)] as const),
  ];
  return patterns.flatMap(([what, pattern]) => {
    const quote = views.map((view) => pattern.exec(view)?.[0]).find((found) => found !== undefined);
    return quote === undefined ? [] : [{ what, quote: quote.trim().slice(0, LONGEST_QUOTE) }];
  });
}
