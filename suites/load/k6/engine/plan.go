package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
)

// Plan is what both engines run: suites/record/load/plan.ts says what its fields mean.
type Plan struct {
	Version    int         `json:"version"`
	Target     Target      `json:"target"`
	Channels   []string    `json:"channels"`
	Clients    []Group     `json:"clients"`
	Publishers []Publisher `json:"publishers"`
	Phases     []Phase     `json:"phases"`
	Reconnect  *Reconnect  `json:"reconnect,omitempty"`
	SettleMs   int64       `json:"settleMs"`
	Objectives []Objective `json:"objectives,omitempty"`
}

// Target is where the load goes. The app's secret comes separately.
type Target struct {
	WebSocket string   `json:"websocket"` // ws://host:port
	API       string   `json:"api"`       // http://host:port
	CA        string   `json:"ca,omitempty"`
	AppID     string   `json:"appId"`
	Key       string   `json:"key"`
	Sources   []string `json:"sources,omitempty"` // local addresses to dial from, in turn
}

// Group is clients of one kind: client i subscribes to Channels[i mod their number].
type Group struct {
	Name      string     `json:"name"`
	Count     int        `json:"count"`
	PerSecond float64    `json:"perSecond"`
	Channels  [][]uint32 `json:"channels"`
	Whispers  *Whispers  `json:"whispers,omitempty"`
	Slow      *Slow      `json:"slow,omitempty"`
	Visits    *Visits    `json:"visits,omitempty"`
	Authorize *Authorize `json:"authorize,omitempty"` // by whom; without it the engine signs
}

// Authorize is where an application signs for channels.
type Authorize struct {
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
}

// Whispers are client events, sent to the first channel of the client.
type Whispers struct {
	PerSecond float64 `json:"perSecond"` // of each client
	Bytes     int     `json:"bytes"`
}

// Slow clients stop reading for a while, again and again.
type Slow struct {
	PauseMs int64 `json:"pauseMs"`
	EveryMs int64 `json:"everyMs"`
}

// Visits are of clients that come and go.
type Visits struct {
	StayMs int64 `json:"stayMs"`
	AwayMs int64 `json:"awayMs"`
}

// Publisher sends events at a pace, to its channels in turn.
type Publisher struct {
	Event     string   `json:"event"`
	PerSecond float64  `json:"perSecond"`
	Channels  []uint32 `json:"channels"`
	Bytes     int      `json:"bytes"`
	Template  string   `json:"template,omitempty"` // an event's data with $stamp in it, instead of so many bytes
	Batch     int      `json:"batch,omitempty"`    // events a request; 0 and 1 are one
	Request   *Request `json:"request,omitempty"`  // has an application publish; data and batch say nothing then
}

// Request is what an application publishes for: event n is asked for with First + n*Step in the
// place of $number.
type Request struct {
	URL      string            `json:"url"`
	Headers  map[string]string `json:"headers"`
	Body     string            `json:"body"`
	First    int64             `json:"first"`
	Step     int64             `json:"step"`
	Field    string            `json:"field"` // where the number stands in the event's data
	Accepted Accepted          `json:"accepted"`
}

// Accepted is what an answer says that agrees.
type Accepted struct {
	Statuses []int          `json:"statuses,omitempty"` // any 2xx without them
	Where    map[string]any `json:"where"`              // values by dotted path
}

// batch is how many events a turn has.
func (p *Publisher) batch() int {
	if p.Request != nil {
		return 1
	}
	return max(p.Batch, 1)
}

// Phase is a part of the time; Rate multiplies every pace.
type Phase struct {
	Name     string  `json:"name"`
	Seconds  float64 `json:"seconds"`
	Rate     float64 `json:"rate"`
	Measured bool    `json:"measured"`
	Drop     float64 `json:"drop,omitempty"` // share of the clients cut off as it begins
}

// Reconnect is how clients come back that were cut off.
type Reconnect struct {
	AfterMs int64 `json:"afterMs"`
}

// Objective is a bound on one figure.
type Objective struct {
	Metric    string  `json:"metric"`
	Quantile  float64 `json:"quantile,omitempty"`
	Operation string  `json:"operation"`
	Value     float64 `json:"value"`
}

// ParsePlan reads a plan and refuses what could not be run.
func ParsePlan(text []byte) (*Plan, error) {
	var plan Plan
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&plan); err != nil {
		return nil, fmt.Errorf("the plan is not one that this k6 reads; build it anew with `deno task k6:build`: %w", err)
	}
	return &plan, plan.check()
}

// clients is how many of the plan's clients a part has.
func (p *Plan) clients(part Part) int {
	all := 0
	for _, group := range p.Clients {
		all += group.Count
	}
	return (all - part.Index + part.Of - 1) / part.Of
}

func (p *Plan) check() error {
	if p.Version != 1 {
		return fmt.Errorf("the plan has version %d, and this k6 reads 1; build it anew with `deno task k6:build`", p.Version)
	}
	if len(p.Phases) == 0 || len(p.Phases) >= math.MaxUint8 { // the ramp is one more
		return fmt.Errorf("the plan has %d phases; it needs one at least and may have %d", len(p.Phases), math.MaxUint8-1)
	}
	known := func(what string, channels []uint32) error {
		for _, channel := range channels {
			if int(channel) >= len(p.Channels) {
				return fmt.Errorf("%s: there is no channel %d", what, channel)
			}
		}
		return nil
	}
	for _, group := range p.Clients {
		if group.Count > 0 && (len(group.Channels) == 0 || group.PerSecond <= 0) {
			return fmt.Errorf("clients %q need channels and a pace", group.Name)
		}
		if group.Slow != nil && strings.HasPrefix(p.Target.WebSocket, "wss:") {
			return fmt.Errorf("clients %q are slow, which this engine can only be without TLS", group.Name)
		}
		for _, channels := range group.Channels {
			if err := known("clients "+group.Name, channels); err != nil {
				return err
			}
		}
	}
	for _, publisher := range p.Publishers {
		if len(publisher.Channels) == 0 {
			return fmt.Errorf("publisher of %q needs channels", publisher.Event)
		}
		if r := publisher.Request; r != nil && (len(publisher.Channels) != 1 || r.Step <= 0) {
			return fmt.Errorf("publisher of %q asks an application: it needs one channel, and numbers that rise", publisher.Event)
		}
		if err := known("publisher of "+publisher.Event, publisher.Channels); err != nil {
			return err
		}
	}
	return nil
}
