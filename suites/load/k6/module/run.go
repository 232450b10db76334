package module

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.k6.io/k6/lib"

	"plumbline/load/k6/engine"
)

// openOptions are the second argument of open().
type openOptions struct {
	Secret  string         `js:"secret"`
	Session engine.Session `js:"session"`
	Out     string         `js:"out"`
	Start   int64          `js:"start"` // ms since 1970; 0 for at once
	Parts   int            `js:"parts"`
}

// Run is a plan on its way, as a script has it.
type Run struct {
	module   *instance
	run      *engine.Run
	out      string
	metrics  *reporter
	finished *engine.Measurements
}

// Standing is what connect() returns.
type Standing struct {
	Planned  int `js:"planned"`
	Standing int `js:"standing"`
}

// open prepares this process's part of a plan. A process runs one plan: its figures are the
// process's own.
func (i *instance) open(plan string, options openOptions) (*Run, error) {
	state := i.vu.State()
	if state == nil {
		return nil, errors.New("pusher.open: a plan is opened in VU code, not while the script loads")
	}
	if options.Secret == "" {
		return nil, errors.New("pusher.open: the app's secret is missing: set PLUMBLINE_SECRET")
	}
	parsed, err := engine.ParsePlan([]byte(plan))
	if err != nil {
		return nil, fmt.Errorf("pusher.open: %w", err)
	}
	part, err := partOf(state.Options, options.Parts)
	if err != nil {
		return nil, fmt.Errorf("pusher.open: %w", err)
	}
	// What is wrong for every VU is said by every VU: the first to fail ends the test.
	if !i.root.opened.CompareAndSwap(false, true) {
		return nil, errors.New("pusher.open: this process has opened a plan already; the scenario needs one VU and one iteration a process")
	}
	r := &Run{module: i, out: options.Out, metrics: newReporter(i)}
	var start time.Time
	if options.Start > 0 {
		start = time.UnixMilli(options.Start)
	}
	// Not the VU's own context: when that ends, the run has still to tell what it has seen.
	r.run, err = engine.Open(context.Background(), parsed, engine.Options{
		Secret: options.Secret, Session: options.Session, Part: part, Start: start, OnInterval: r.interval,
	})
	return r, err
}

// partOf is this process's part by k6's execution segments. They must be of equal size, as
// k6-operator makes them: then each of them gets one of the scenario's VUs.
func partOf(options lib.Options, parts int) (engine.Part, error) {
	tuple, err := lib.NewExecutionTuple(options.ExecutionSegment, options.ExecutionSegmentSequence)
	if err != nil {
		return engine.Part{}, err
	}
	of := len(tuple.Sequence.ExecutionSegmentSequence)
	if of != max(parts, 1) {
		return engine.Part{}, fmt.Errorf("this process is one of %d execution segments, but the plan's scenario has VUs for %d; set SEGMENTS=%d in every process", of, max(parts, 1), of)
	}
	if tuple.ScaleInt64(int64(of)) != 1 {
		return engine.Part{}, errors.New("the execution segments differ in size; make them equal")
	}
	return engine.Part{Index: tuple.SegmentIndex, Of: of}, nil
}

// Connect brings the clients up. It fails where none is there to go on with.
func (r *Run) Connect() (Standing, error) {
	standing := Standing{r.run.Planned(), r.run.Connect(r.module.vu.Context())}
	if standing.Standing > 0 || standing.Planned == 0 || r.run.ComesBack() {
		return standing, r.interrupted()
	}
	if err := r.Wait(); err != nil {
		return standing, err
	}
	said := "no client connected"
	if most := r.run.Most(); most > 0 {
		said = fmt.Sprintf("%d clients of %d connected, and none was left", most, standing.Planned)
	}
	if worst := r.finished.Worst(); worst != nil {
		said += ": " + worst.What + ": " + worst.Detail
	}
	return standing, errors.New(said)
}

// Publish runs the phases.
func (r *Run) Publish() error {
	r.run.Publish(r.module.vu.Context())
	return r.interrupted()
}

// interrupted ends a run that k6 has ended, so that what was seen is written all the same: the
// script will not go on.
func (r *Run) interrupted() error {
	if r.module.vu.Context().Err() == nil {
		return nil
	}
	return r.Wait()
}

// Wait waits for what is still to come, and writes the measurements.
func (r *Run) Wait() error {
	if r.finished != nil {
		return nil
	}
	measurements, err := r.run.Wait(r.module.vu.Context())
	if err != nil {
		return err
	}
	r.finished = measurements
	r.metrics.whole(r.run)
	r.summarize()
	if r.out != "" {
		if err := write(measurements, r.out); err != nil {
			return fmt.Errorf("the measurements cannot be written: %w", err)
		}
	}
	if unjudged := r.run.Unjudged(); len(unjudged) > 0 {
		r.module.vu.State().Logger.Errorf("objectives of which nothing was measured are missed: %s", strings.Join(unjudged, ", "))
	}
	return nil
}

// summarize names the quantiles that k6's own summary of a gauge leaves out.
func (r *Run) summarize() {
	logger := r.module.vu.State().Logger
	for kind, histogram := range r.run.Whole().Latencies {
		if histogram == nil {
			continue
		}
		said := engine.Kind(kind).String()
		for _, name := range inOrder(quantiles) {
			said += fmt.Sprintf("  %s %s", name, time.Duration(histogram.Quantile(quantiles[name]))*time.Microsecond)
		}
		logger.Infof("%s  of %d", said, histogram.Count())
	}
}

func write(measurements *engine.Measurements, file string) error {
	text, err := json.Marshal(measurements)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

func (r *Run) interval(interval engine.Interval) { r.metrics.interval(r.run, interval) }
