/** The commands that come before a first check: `init` writes a target file, `doctor` tries it. */
import { TextLineStream } from "@std/streams";
import { type Command, InvalidArgumentError } from "commander";
import { EXIT } from "../record/exit_code.ts";
import type { CommandLine } from "./command_line.ts";
import { init, problemOf, type Question, QUESTIONS } from "./init.ts";
import { examples, start, target } from "./options.ts";

/** Adds them to the command line. */
export function addFirstStepsCommands(program: Command, { root, write, end }: CommandLine): void {
  const command = program.command("init")
    .description("write a target file for a server of yours; asks what no option says")
    .argument("[file]", "the file to write; NAME.yaml without it");
  for (const [question, { asks }] of Object.entries(QUESTIONS)) {
    const option = question.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const answered = (value: string) => {
      const problem = problemOf(question as Question, value); // a key of QUESTIONS
      if (problem !== undefined) throw new InvalidArgumentError(problem);
      return value;
    };
    command.option(`--${option} <value>`, asks, answered);
  }
  command
    .addHelpText("after", examples("init", "init shop.yaml --name shop --host ws.example.com"))
    .action(async (file: string | undefined, answers) => {
      await init({ ...answers, ...(file === undefined ? {} : { file }) }, lines(), write);
      end(EXIT.ok);
    });

  program.command("doctor")
    .description(
      "say whether a target can be checked: is it there, do its settings fit, what does it offer",
    )
    .option(...target)
    .option(...start, false)
    .addHelpText("after", examples("doctor", "doctor --target ./shop.yaml"))
    .action(async (options) => {
      const { doctor } = await import("./doctor.ts");
      await doctor({ root, ...options }, write);
      end(EXIT.ok);
    });
}

/** The lines that the user types, one a call; none once there are no more. */
function lines(): () => Promise<string | undefined> {
  let reader: ReadableStreamDefaultReader<string> | undefined;
  return async () => {
    reader ??= Deno.stdin.readable.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
    const { value } = await reader.read();
    return value;
  };
}
