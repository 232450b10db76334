package module

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"go.k6.io/k6/lib"
	"go.k6.io/k6/metrics"

	"plumbline/load/k6/engine"
)

// runMetrics are what k6 is given of a run: counters, and gauges of quantiles. k6's own trends
// would keep every latency in memory and interpolate; the histograms do neither.
type runMetrics struct {
	latencies [engine.Kinds]*metrics.Metric // gauge, ms, tagged with scope and quantile
	counts    map[string]*metrics.Metric    // counters
	delivered *metrics.Metric               // gauge: delivered / expected
	figure    *metrics.Metric               // gauge: a count of the run that thresholds read, tagged with what it is of
	standing  *metrics.Metric               // gauge
	cpu       *metrics.Metric               // gauge: cores of the generator
}

func newRunMetrics(registry *metrics.Registry) runMetrics {
	m := runMetrics{
		counts:    map[string]*metrics.Metric{},
		delivered: registry.MustNewMetric("pusher_delivered", metrics.Gauge),
		figure:    registry.MustNewMetric("pusher_figure", metrics.Gauge),
		standing:  registry.MustNewMetric("pusher_standing", metrics.Gauge),
		cpu:       registry.MustNewMetric("pusher_generator_cpu", metrics.Gauge),
	}
	for kind := range engine.Kinds {
		m.latencies[kind] = registry.MustNewMetric("pusher_"+kind.String(), metrics.Gauge, metrics.Time)
	}
	for name := range countsOf(engine.Counts{}) {
		m.counts[name] = registry.MustNewMetric("pusher_"+name, metrics.Counter)
	}
	return m
}

func countsOf(c engine.Counts) map[string]int64 {
	return map[string]int64{
		"deliveries_expected": c.Expected, "deliveries": c.Delivered, "deliveries_lost": c.Lost, "duplicates": c.Duplicated,
		"reordered": c.Reordered, "ancient": c.Ancient, "late": c.Late, "unexpected": c.Unexpected,
		"events": c.Accepted, "events_refused": c.Refused, "events_unanswered": c.Unanswered,
	}
}

// faults are the counters that are 0 where all is well, which is no sample at all; beside each, the
// figure that a threshold may be put on.
var faults = map[string]string{
	"deliveries_lost": "lost", "duplicates": "duplicated", "reordered": "reordered", "late": "late", "unexpected": "unexpected",
	"events_refused": "refused", "events_unanswered": "unanswered",
}

// quantiles are the ones that k6 is given always; of the whole run, also those that thresholds name.
var quantiles = map[string]float64{"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 0.999, "max": 1}

func inOrder(of map[string]float64) []string {
	return slices.SortedFunc(maps.Keys(of), func(a, b string) int { return cmp.Compare(of[a], of[b]) })
}

// reporter gives k6 its samples.
type reporter struct {
	metrics runMetrics
	state   *lib.State
	tags    *metrics.TagSet
	ctx     context.Context
	told    map[string]int64           // of each counter
	data    map[string]*metrics.Metric // k6's own counters of bytes
}

func newReporter(i *instance) *reporter {
	state := i.vu.State()
	// The run's last samples come when its VU may have been interrupted already.
	data := map[string]*metrics.Metric{"data_sent": state.BuiltinMetrics.DataSent, "data_received": state.BuiltinMetrics.DataReceived}
	return &reporter{i.runMetrics, state, state.Tags.GetCurrentValues().Tags, context.WithoutCancel(i.vu.Context()), map[string]int64{}, data}
}

func (r *reporter) push(samples []metrics.Sample) {
	metrics.PushIfNotDone(r.ctx, r.state.Samples, metrics.Samples(samples))
}

func (r *reporter) sample(metric *metrics.Metric, value float64, tags ...string) metrics.Sample {
	set := r.tags
	for i := 0; i < len(tags); i += 2 {
		set = set.With(tags[i], tags[i+1])
	}
	return metrics.Sample{TimeSeries: metrics.TimeSeries{Metric: metric, Tags: set}, Time: time.Now(), Value: value}
}

func (r *reporter) quantiles(metric *metrics.Metric, h *engine.Histogram, of map[string]float64, tags ...string) (samples []metrics.Sample) {
	for _, name := range inOrder(of) { // of a gauge, k6's summary shows the last

		share := of[name]
		ms := float64(h.Quantile(share)) / 1000
		samples = append(samples, r.sample(metric, ms, append([]string{"quantile", name}, tags...)...))
	}
	return samples
}

// interval tells what one second brought.
func (r *reporter) interval(run *engine.Run, second engine.Interval) {
	samples := r.counters(run)
	samples = append(samples,
		r.sample(r.metrics.standing, float64(second.Standing)),
		r.sample(r.metrics.cpu, second.CPU),
	)
	if second.Deliveries.Count() > 0 {
		samples = append(samples, r.quantiles(r.metrics.latencies[engine.Delivery], second.Deliveries, quantiles, "scope", "interval", "phase", second.Phase)...)
	}
	r.push(samples)
}

// counters are what came since they were told last.
func (r *reporter) counters(run *engine.Run) (samples []metrics.Sample) {
	tell := func(name string, metric *metrics.Metric, count int64) {
		if more := count - r.told[name]; more > 0 {
			samples = append(samples, r.sample(metric, float64(more)))
			r.told[name] = count
		}
	}
	for name, count := range countsOf(run.Counts()) {
		tell(name, r.metrics.counts[name], count)
	}
	sent, received := run.Traffic()
	tell("data_sent", r.data["data_sent"], sent)
	tell("data_received", r.data["data_received"], received)
	return samples
}

// whole tells what the measured phases brought altogether. Thresholds read these.
func (r *reporter) whole(run *engine.Run) {
	samples := r.counters(run)
	sum := run.Whole()
	for kind, histogram := range sum.Latencies {
		if histogram != nil {
			metric := r.metrics.latencies[kind]
			samples = append(samples, r.quantiles(metric, histogram, judgedQuantiles(metric), "scope", "run")...)
			samples = append(samples, r.quantiles(metric, histogram, quantiles, "scope", "run")...)
		}
	}
	for name, value := range sum.Figures() {
		if name == "delivered" {
			samples = append(samples, r.sample(r.metrics.delivered, value, "scope", "run"))
		} else {
			samples = append(samples, r.sample(r.metrics.figure, value, "scope", "run", "of", name))
		}
	}
	r.push(samples)
}
