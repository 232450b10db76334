/** The load page's style and script: the family's, and its own. */
import charts from "./charts.css" with { type: "text" };
import client from "./charts.js" with { type: "text" };
import media from "../style/media.css" with { type: "text" };
import overview from "../style/overview.css" with { type: "text" };
import page from "../style/page.css" with { type: "text" };
import tables from "../style/tables.css" with { type: "text" };
import theme from "../style/theme.js" with { type: "text" };
import verdicts from "../style/verdicts.css" with { type: "text" };

/** Later sheets may overrule earlier ones. */
export const style = [page, verdicts, overview, tables, charts, media].join("\n");

export const script = [client, theme].join("\n");
