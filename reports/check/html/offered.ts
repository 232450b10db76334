/** What the target offers, feature by feature, with what it said when the probe used each. */
import { type Feature, FEATURES, type Probed } from "../../../suites/record/probed.ts";
import { type Markup, markup } from "../../kit/markup.ts";
import { table } from "../../kit/table.ts";

export function offeredSection(probed: Probed | undefined): Markup | false {
  if (!probed) return false;
  const rows = Object.entries(FEATURES).map(([feature, title]) => {
    const { state, observation } = probed.features[feature as Feature]; // the keys of FEATURES
    return [title, state, markup`<code>${observation}</code>`];
  });
  return markup`
<details class="group">
<summary>What the target offers <b>${rows.length}</b></summary>
${table(["Feature", "", "What was asked and answered"], rows)}
</details>`;
}
