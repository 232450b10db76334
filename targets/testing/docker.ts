/** Whether tests that need containers can be run here. */
import { getContainerRuntimeClient } from "testcontainers";

/** Why tests with containers are skipped, or false where a Docker daemon answers. */
export async function withoutDocker(): Promise<string | false> {
  try {
    await getContainerRuntimeClient();
    return false;
  } catch {
    return "no Docker daemon answers";
  }
}
