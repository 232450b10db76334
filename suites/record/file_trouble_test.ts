import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { fileTrouble } from "./file_trouble.ts";

const why = (path: string) => Deno.readTextFile(path).then(() => "nothing", fileTrouble);

describe("why a file cannot be read", () => {
  it("is said in words, without numbers of the system's", async () => {
    const here = import.meta.filename ?? "";
    assertEquals(await why(`${here}.none`), "there is no such file");
    assertEquals(await why(import.meta.dirname ?? ""), "it is a folder");
    assertEquals(await why(`${here}/within`), "a part of its path is no folder");
  });

  it("is what the error says where it is none of the usual", () => {
    assertEquals(fileTrouble(new Error("the tape is torn")), "the tape is torn");
  });
});
