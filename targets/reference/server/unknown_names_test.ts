import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { VARIABLES } from "./config.ts";
import { unknownNames } from "./unknown_names.ts";

describe("names that no server reads", () => {
  it("are warned of, with the nearest that one does", () => {
    assertEquals(
      unknownNames(["REVERB_APP_MAX_CONECTIONS", "REVERB_SERVER_PORTS"], VARIABLES),
      [
        "REVERB_APP_MAX_CONECTIONS is not known and changes nothing: did you mean REVERB_APP_MAX_CONNECTIONS?",
        "REVERB_SERVER_PORTS is not known and changes nothing: did you mean REVERB_SERVER_PORT?",
      ],
    );
    assertEquals(
      unknownNames(["REVERB_SOMETHING_ELSE_ENTIRELY"], VARIABLES),
      ["REVERB_SOMETHING_ELSE_ENTIRELY is not known and changes nothing"],
    );
  });

  it("are not those of clients, of Laravel, of Kubernetes, or of anything else", () => {
    const others = [
      ...["REVERB_HOST", "REVERB_PORT", "REVERB_SCHEME", "REVERB_SCALING_CONNECTION"],
      ...["REVERB_PULSE_INGEST_INTERVAL", "REVERB_TELESCOPE_INGEST_INTERVAL", "REVERB_SERVER"],
      ...["REVERB_SERVICE_HOST", "REVERB_PORT_8080_TCP", "VITE_REVERB_APP_KEY", "PATH"],
    ];
    assertEquals(unknownNames([...others, ...VARIABLES], VARIABLES), []);
  });
});
