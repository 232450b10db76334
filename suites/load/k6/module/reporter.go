package module

import (
	"context"
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
	standing  *metrics.Metric               // gauge
	cpu       *metrics.Metric               // gauge: cores of the generator
}

func newRunMetrics(registry *metrics.Registry) runMetrics {
	m := runMetrics{
		counts:    map[string]*metrics.Metric{},
		delivered: registry.MustNewMetric("pusher_delivered", metrics.Gauge),
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
		"deliveries_expected": c.Expected, "deliveries": c.Delivered, "duplicates": c.Duplicated,
		"reordered": c.Reordered, "ancient": c.Ancient, "late": c.Late, "unexpected": c.Unexpected,
		"events": c.Accepted, "events_refused": c.Refused, "events_unanswered": c.Unanswered,
	}
}

// quantiles are the ones that k6 is given; the measurements have them all.
var quantiles = map[string]float64{"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 0.999, "max": 1}

// reporter gives k6 its samples.
type reporter struct {
	metrics runMetrics
	state   *lib.State
	tags    *metrics.TagSet
	ctx     context.Context
	told    map[string]int64 // of each counter
}

func newReporter(i *instance) *reporter {
	state := i.vu.State()
	// The run's last samples come when its VU may have been interrupted already.
	return &reporter{i.runMetrics, state, state.Tags.GetCurrentValues().Tags, context.WithoutCancel(i.vu.Context()), map[string]int64{}}
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

func (r *reporter) quantiles(metric *metrics.Metric, h *engine.Histogram, tags ...string) (samples []metrics.Sample) {
	for name, share := range quantiles {
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
		samples = append(samples, r.quantiles(r.metrics.latencies[engine.Delivery], second.Deliveries, "scope", "interval", "phase", second.Phase)...)
	}
	r.push(samples)
}

// counters are what came since they were told last.
func (r *reporter) counters(run *engine.Run) (samples []metrics.Sample) {
	for name, count := range countsOf(run.Counts()) {
		if more := count - r.told[name]; more > 0 {
			samples = append(samples, r.sample(r.metrics.counts[name], float64(more)))
			r.told[name] = count
		}
	}
	return samples
}

// whole tells what the measured phases brought altogether. Thresholds read these.
func (r *reporter) whole(run *engine.Run) {
	samples := r.counters(run)
	sum := run.Whole()
	for kind, histogram := range sum.Latencies {
		if histogram != nil {
			samples = append(samples, r.quantiles(r.metrics.latencies[kind], histogram, "scope", "run")...)
		}
	}
	if sum.Expected > 0 {
		samples = append(samples, r.sample(r.metrics.delivered, float64(sum.Delivered)/float64(sum.Expected), "scope", "run"))
	}
	r.push(samples)
}
