/** A failure as a text for the maintainers of the server: what was sent, what came, what is documented. */
import { shortened, visibleLine } from "../../suites/record/visible.ts";
import type { Evidence } from "../../suites/record/evidence.ts";
import { code, plain } from "../kit/markdown_text.ts";
import { isPing, variableOf } from "./steps.ts";
import { type Reproduced, saidBy, shownOf } from "./program.ts";

/** Characters of one line of the exchange. */
const LINE = 600;

/** `file` is the name of the program beside the text. */
export function reproMarkdown(reproduced: Reproduced, file: string): string {
  const { run, case: { attempt }, check } = reproduced;
  const requirement = run.requirements.find(({ id }) => id === check.requirement);
  const events = shownOf(reproduced);
  const marked = new Set(check.quotes);
  return `${
    [
      `# ${check.requirement}: ${plain(check.observation ?? attempt.title)}`,
      `${plain(run.target.title)}: ${plain(attempt.title)}.`,
      "## What the documents say",
      ...(requirement
        ? [
          `> ${requirement.statement}`,
          `Source: ${
            requirement.url === undefined
              ? requirement.source
              : `[${requirement.source}](${requirement.url})`
          } (${check.requirement}, level ${requirement.level}).`,
        ]
        : []),
      "## What happened",
      `\`\`\`text\n${fenced(check.message)}\n\`\`\``,
      "## What was sent, and what came",
      `${"`->`"} went to the server, ${"`<-`"} came from it${
        marked.size > 0 ? "; `**` marks what shows the failure" : ""
      }.`,
      `\`\`\`text\n${
        events.flatMap((event) => line(event, marked.has(event.seq))).join("\n")
      }\n\`\`\``,
      "## How to see it",
      `${
        code(file)
      } needs Node 20 or later, or Deno, and nothing else. It does the same with fresh names, signatures and socket ids, prints what comes, and ends with 1 where the failure is there, with 0 where it is not:`,
      `\`\`\`text\nSERVER=${reproduced.server} node ${file}\n\`\`\``,
      `Seen by Plumbline ${run.plumbline}, scenario ${code(attempt.id)}, ${
        run.startedAt.slice(0, 10)
      }.`,
    ].join("\n\n")
  }\n`;
}

/** Nothing in it ends a block of code. */
const fenced = (text: string): string => visibleLine(text).replaceAll("```", "` ` `");

function line(event: Evidence, isMarked: boolean): string[] {
  const mark = isMarked ? "**" : "  ";
  const cut = (text: string) => shortened(fenced(text), LINE);
  if (event.kind === "dial") {
    const { pathname, search } = new URL(event.url);
    return [`${mark} ${variableOf(event.socket)} -> GET ${pathname}${search}`];
  }
  if (event.kind === "sent") {
    const text = event.text ?? `${event.opcode} frame of ${event.bytes} bytes`;
    return [`${mark} ${variableOf(event.socket)} -> ${cut(text)}`];
  }
  if (event.kind === "request") {
    const path = event.path.replace(/([?&]auth_signature=[0-9a-f]{6})[0-9a-f]{50,}/, "$1…");
    return [
      `${mark} HTTP ${event.exchange} -> ${event.method} ${cut(`${path} ${event.body}`.trim())}`,
    ];
  }
  if (event.kind === "fault") return [`   ${cut(event.what)}`];
  if (event.kind === "closed" && event.by === "plumbline" && event.code === 1000) {
    return [`   ${variableOf(event.socket)} -> closes`];
  }
  if (event.kind === "server") return [`** the server ${event.what}: ${cut(event.detail)}`];
  if (event.kind === "webhook") return [`${mark} webhook <- ${cut(event.body)}`];
  if (event.kind === "no-response") return [`${mark} HTTP ${event.exchange} <- no answer`];
  const said = saidBy(event);
  return said && !isPing(event) ? [`${mark} ${said.who} <- ${cut(said.text)}`] : [];
}
