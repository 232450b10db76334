/** What the pages run: their components, by the names that the HTML uses. */
import Alpine from "@alpinejs/csp";
import { auction } from "./auction.ts";
import { badge } from "./badge.ts";
import { bell } from "./bell.ts";
import { collaboration } from "./collaboration.ts";
import { entrance } from "./entrance.ts";
import { metrics } from "./metrics.ts";
import { portal } from "./portal.ts";

const components = { auction, badge, bell, collaboration, entrance, metrics, portal };
for (const [name, component] of Object.entries(components)) Alpine.data(name, component);
Alpine.start();
