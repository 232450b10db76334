/** `@std/testing/bdd`'s interface over Deno's own `node:test`. */
export {
  after as afterAll,
  afterEach,
  before as beforeAll,
  beforeEach,
  describe,
  it,
} from "node:test";
