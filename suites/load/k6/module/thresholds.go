package module

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.k6.io/k6/js/common"
	"go.k6.io/k6/js/modules"
	"go.k6.io/k6/metrics"
)

// k6 holds a threshold whose metric got no sample against zero, so that every upper bound passes.
// Here such a threshold is missed. It cannot be done when the test ends, so it is done before it
// begins: a gauge starts as NaN, which no comparison holds of; a counter or trend of script clients,
// whose samples are all above zero, gets one more threshold that says so.
//
// guard is called for every VU. The first call after k6 has made the thresholds finds all there are.
func (r *root) guard(vu modules.VU, client clientMetrics, run runMetrics) {
	r.guarding.Lock()
	defer r.guarding.Unlock()
	for metric := range family(run.gauges()) {
		if sink, ok := metric.Sink.(*metrics.GaugeSink); ok && r.first(metric) {
			sink.Value = math.NaN()
		}
	}
	for metric := range family([]*metrics.Metric{client.connections, client.received, client.sent}) {
		r.demand(metric, "count>0")
	}
	for metric := range family([]*metrics.Metric{client.connecting}) {
		r.demand(metric, "max>0")
	}
	for name, figure := range faults {
		for metric := range family([]*metrics.Metric{run.counts[name]}) {
			if len(metric.Thresholds.Thresholds) > 0 {
				common.Throw(vu.Runtime(), fmt.Errorf(
					"a threshold on %s passes where nothing was measured: put it on pusher_figure{scope:run,of:%s}, or the objective into the plan",
					metric.Name, figure))
			}
		}
	}
}

// demand adds a threshold to those of a metric, where it has any.
func (r *root) demand(metric *metrics.Metric, source string) {
	if len(metric.Thresholds.Thresholds) == 0 || !r.first(metric) {
		return
	}
	more := metrics.NewThresholds([]string{source})
	if err := more.Parse(); err != nil {
		panic(err) // the two sources above are constants
	}
	metric.Thresholds.Thresholds = append(metric.Thresholds.Thresholds, more.Thresholds...)
}

// first says whether a metric is met for the first time.
func (r *root) first(metric *metrics.Metric) bool {
	if r.guarded[metric] {
		return false
	}
	if r.guarded == nil {
		r.guarded = map[*metrics.Metric]bool{}
	}
	r.guarded[metric] = true
	return true
}

// family is these metrics, and those that thresholds have made of them by tags.
func family(list []*metrics.Metric) func(func(*metrics.Metric) bool) {
	return func(yield func(*metrics.Metric) bool) {
		for _, metric := range list {
			if !yield(metric) {
				return
			}
			for _, sub := range metric.Submetrics {
				if !yield(sub.Metric) {
					return
				}
			}
		}
	}
}

// judgedQuantiles are those that thresholds name beside the ones k6 is always given, by their tag.
func judgedQuantiles(metric *metrics.Metric) map[string]float64 {
	found := map[string]float64{}
	for _, sub := range metric.Submetrics {
		name, ok := sub.Tags.Get("quantile")
		if _, known := quantiles[name]; !ok || known {
			continue
		}
		percent, err := strconv.ParseFloat(strings.TrimPrefix(name, "p"), 64)
		if err == nil && strings.HasPrefix(name, "p") && percent > 0 && percent <= 100 {
			found[name] = percent / 100
		}
	}
	return found
}

func (m runMetrics) gauges() []*metrics.Metric {
	return slices.Concat(m.latencies[:], []*metrics.Metric{m.delivered, m.standing, m.cpu, m.figure})
}
