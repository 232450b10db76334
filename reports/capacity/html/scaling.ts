/** The fitted law with its residuals, so that nobody has to take it on trust. */
import { percent, threeDigits, whole } from "../../../suites/record/numbers.ts";
import { loadInWords } from "../outcome.ts";
import type { CapacityReport } from "../../../suites/record/capacity/report.ts";
import { type Markup, markup } from "../../kit/markup.ts";
import { table } from "../../kit/table.ts";

export function scaling({ scaling, dimension }: CapacityReport): Markup | false {
  if (!scaling) return false;
  const { unit, lambda, alpha, beta, explained, peak, residuals } = scaling;
  return markup`
<section class="evidence" aria-labelledby="scaling">
<div class="section-head"><h2 id="scaling">How it scales</h2></div>
<p>Gunther’s Universal Scalability Law, fitted to deliveries a second, with
N in units of ${loadInWords(unit, dimension)}: X(N) = λN / (1 + α(N − 1) + βN(N − 1)).</p>
${
    table(["Term", "Value", "Meaning"], [
      ["λ", whole(lambda), "deliveries a second of one unit"],
      ["α", alpha.toPrecision(2), "contention: the share that waits for what only one can have"],
      ["β", beta.toPrecision(2), "coherency: what it costs all to agree with each other"],
      ["R²", explained.toFixed(4), "how much of the variation the curve explains"],
      [
        "Peak",
        peak === undefined ? "–" : loadInWords(Math.round(peak), dimension),
        peak === undefined
          ? "no saturation point was reached"
          : "past it, more load means less throughput, by this law",
      ],
    ])
  }
<h3>Residuals</h3>
${
    table(
      ["Load", "Deliveries/s", "Off the curve"],
      residuals.map(({ load, throughput, residual }) => [
        whole(load),
        whole(throughput),
        `${residual < 0 ? "−" : "+"}${threeDigits(Math.abs(residual) * 100)}%`,
      ]),
    )
  }
${
    residuals.some(({ residual }) => Math.abs(residual) > POOR) && markup`
<p class="banner">The curve is up to ${
      percent(Math.max(...residuals.map(({ residual }) => Math.abs(residual))), 1)
    } off: do not reckon with it beyond what was measured.</p>`
  }
</section>`;
}

/** Residuals above this make a law of little use for foretelling. */
const POOR = 0.1;
