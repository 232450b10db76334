/** The load page's style and script: the family's, and its own. */
import charts from "./charts.css" with { type: "text" };
import client from "./charts.js" with { type: "text" };
import media from "../media.css" with { type: "text" };
import overview from "../overview.css" with { type: "text" };
import page from "../page.css" with { type: "text" };
import tables from "./tables.css" with { type: "text" };
import theme from "../theme.js" with { type: "text" };
import verdicts from "../verdicts.css" with { type: "text" };

/** Later sheets may overrule earlier ones. */
export const style = [page, verdicts, overview, tables, charts, media].join("\n");

export const script = [client, theme].join("\n");
