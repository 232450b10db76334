// Package module is what scripts import as k6/x/pusher.
//
// Its face is k6_x_pusher.d.ts; what the scripts of Plumbline itself use of it is in run.go, what
// scripts of a user's own use is in client.go.
package module

import (
	"sync"
	"sync/atomic"

	"go.k6.io/k6/js/modules"
	"go.k6.io/k6/metrics"

	"plumbline/load/k6/engine"
	"plumbline/load/k6/line"
)

func init() { modules.Register("k6/x/pusher", &root{}) }

// root is the module in one process: what all its VUs share.
type root struct {
	opened atomic.Bool // a plan
	once   sync.Once
	loop   *line.Loop
	err    error

	guarding sync.Mutex
	guarded  map[*metrics.Metric]bool // see thresholds.go
}

// instance is the module in one VU.
type instance struct {
	root    *root
	vu      modules.VU
	metrics clientMetrics

	runMetrics runMetrics
}

// NewModuleInstance is called once for each VU.
func (r *root) NewModuleInstance(vu modules.VU) modules.Instance {
	registry := vu.InitEnv().Registry
	i := &instance{root: r, vu: vu, metrics: newClientMetrics(registry), runMetrics: newRunMetrics(registry)}
	r.guard(vu, i.metrics, i.runMetrics)
	return i
}

// Exports are the names a script can import.
func (i *instance) Exports() modules.Exports {
	return modules.Exports{Default: map[string]any{"connect": i.connect, "now": now, "open": i.open}}
}

// shared is the loop that reads the connections of all scripts; k6 ends it with the process.
func (r *root) shared() (*line.Loop, error) {
	r.once.Do(func() { r.loop, r.err = line.NewLoop(engine.Now) })
	return r.loop, r.err
}

// now is the machine's monotonic clock, in milliseconds: what Date.now() is not.
func now() float64 { return float64(engine.Now()) / 1e6 }
