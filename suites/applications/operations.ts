/** Every operation of an application file in words: what it is for, and which names its request may use. */
import type { Given, OperationName } from "../language/operations.ts";
import { didYouMean, position, type Problem, type Source } from "../language/bad_file.ts";
import type { OperationFile } from "../language/request.ts";
import { OPERATIONS } from "./answers.ts";

type About = {
  readonly [O in OperationName]: {
    readonly about: string;
    readonly given: Readonly<Record<keyof Given<O>, true>>;
  };
};

/** The type holds each name to what a visitor is given to ask with. */
export const ABOUT: About = {
  createUser: {
    about: "makes an account, in the test environment only",
    given: { role: true, name: true, email: true, password: true },
  },
  logIn: { about: "logs somebody in", given: { email: true, password: true } },
  logOut: { about: "logs somebody out", given: {} },
  authorizeChannel: {
    about: "signs for a private or presence channel",
    given: { socketId: true, channel: true },
  },
  authenticateUser: { about: "signs for the user himself", given: { socketId: true } },
  withdrawAccess: { about: "takes somebody's access away", given: { userId: true } },
  createSale: {
    about: "makes a sale of an auction with its lots, in the test environment only",
    given: { lots: true, quietMs: true },
  },
  createOrder: {
    about: "makes an order, in the test environment only",
    given: { customerId: true, notes: true },
  },
  startLot: { about: "starts a lot", given: { lot: true } },
  placeBid: {
    about: "bids on a lot",
    given: { lot: true, amount: true, idempotencyKey: true, exceptSocket: true },
  },
  closeLot: { about: "closes a lot", given: { lot: true } },
  transitionOrder: {
    about: "moves an order on",
    given: { order: true, to: true, idempotencyKey: true, exceptSocket: true },
  },
  readLot: { about: "reads a lot", given: { lot: true } },
  readSale: { about: "reads a sale", given: { sale: true } },
  readOrder: { about: "reads an order", given: { order: true } },
  lotChanges: {
    about: "what a page of a lot fetches that was cut off",
    given: { lot: true, since: true },
  },
  saleChanges: {
    about: "what a page of a sale fetches that was cut off",
    given: { sale: true, since: true },
  },
  orderChanges: {
    about: "what a page of an order fetches that was cut off",
    given: { order: true, since: true },
  },
};

/** What an operation's `answers` must say where to find, and what they may. */
export function answersOf(name: OperationName): {
  readonly must: readonly string[];
  readonly may: readonly string[];
} {
  const all = Object.entries(OPERATIONS[name].shape);
  const isOptional = (schema: (typeof all)[number][1]) => schema.safeParse(undefined).success;
  return {
    must: all.filter(([, schema]) => !isOptional(schema)).map(([answer]) => answer),
    may: all.filter(([, schema]) => isOptional(schema)).map(([answer]) => answer),
  };
}

/** Answers that operations of a file have too many or too few, each with its place. */
export function problemsInOperations(
  operations: Readonly<Partial<Record<OperationName, OperationFile>>>,
  source: Source,
): Problem[] {
  return Object.entries(operations).flatMap(([name, { answers }]) => {
    const { must, may } = answersOf(name as OperationName); // the schema lets no other pass
    const known = [...must, ...may];
    const unknown = Object.keys(answers).filter((answer) => !known.includes(answer));
    const missing = must.filter((answer) => answers[answer] === undefined);
    return [
      ...unknown.map((answer) => ({
        file: source.file,
        ...position(source, ["operations", name, "answers", answer]),
        message: `${name} has no answer "${answer}".${didYouMean(answer, known)}`,
      })),
      ...missing.map((answer) => ({
        file: source.file,
        ...position(source, ["operations", name]),
        message:
          `${name}.answers has no ${answer}; say where the answer has it, such as { ${answer}: data.${answer} }`,
      })),
    ];
  });
}
