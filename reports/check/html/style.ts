/** The page's own style and script, as the texts that stand in it. */
import caseBody from "./case_body.css" with { type: "text" };
import caseList from "./case_list.css" with { type: "text" };
import client from "./client.js" with { type: "text" };
import coverage from "./coverage.css" with { type: "text" };
import diagram from "./diagram.css" with { type: "text" };
import media from "../../kit/style/media.css" with { type: "text" };
import overview from "../../kit/style/overview.css" with { type: "text" };
import page from "../../kit/style/page.css" with { type: "text" };
import theme from "../../kit/style/theme.js" with { type: "text" };
import verdicts from "../../kit/style/verdicts.css" with { type: "text" };

/** Later sheets may overrule earlier ones. */
export const style = [page, verdicts, overview, caseList, caseBody, coverage, diagram, media].join(
  "\n",
);

export const script = [client, theme].join("\n");
