package module

import (
	"time"

	"go.k6.io/k6/js/modules"
	"go.k6.io/k6/metrics"
)

// clientMetrics are k6's own WebSocket metrics by another name, so that a script that uses both
// can tell them apart.
type clientMetrics struct {
	connections *metrics.Metric // count
	connecting  *metrics.Metric // ms, until the socket id came
	received    *metrics.Metric // count
	sent        *metrics.Metric // count
}

func newClientMetrics(registry *metrics.Registry) clientMetrics {
	return clientMetrics{
		connections: registry.MustNewMetric("pusher_connections", metrics.Counter),
		connecting:  registry.MustNewMetric("pusher_connecting", metrics.Trend, metrics.Time),
		received:    registry.MustNewMetric("pusher_messages_received", metrics.Counter),
		sent:        registry.MustNewMetric("pusher_messages_sent", metrics.Counter),
	}
}

// push gives k6 one sample, with the tags that are the VU's now.
func push(vu modules.VU, metric *metrics.Metric, value float64) {
	state := vu.State()
	metrics.PushIfNotDone(vu.Context(), state.Samples, metrics.Sample{
		TimeSeries: metrics.TimeSeries{Metric: metric, Tags: state.Tags.GetCurrentValues().Tags},
		Time:       time.Now(),
		Value:      value,
	})
}
