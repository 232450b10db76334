// Package engine runs a load plan: it connects clients, publishes at the plan's pace, and measures.
//
// A shard reads its subscribers in one goroutine and owns what it measures, so nothing is shared
// while frames come in. Once a second a collector takes the intervals of all shards and settles the
// events whose time is over. Latencies count from the intended instant of a publication, which a
// stalled generator or server cannot move.
package engine

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"plumbline/load/k6/pusher"
)

// Part is which share of a plan a process runs: of its clients and of its events, those whose
// number leaves Index when divided by Of.
type Part struct{ Index, Of int }

// Options are what a run has beside its plan.
type Options struct {
	Secret     string
	Session    Session
	Part       Part
	Start      time.Time      // when the first phase begins; at once when zero
	OnInterval func(Interval) // told each second, from a goroutine of its own
}

// Run is one plan on its way.
type Run struct {
	plan        *Plan
	options     Options
	credentials pusher.Credentials
	endpoints   []pusher.Endpoint
	traffic     *pusher.Traffic // but that of the shards' lines
	api         *api
	application *application
	asked       asked
	shards      []*shard
	subscribers []*subscriber
	ledger      *ledger
	sealing     sealing
	phases      timetable
	phaseList   []Phase // the ramp and the plan's
	troubles    troubleLog
	own         own
	opened      time.Time
	openedAt    Nanos
	began       Nanos // the first phase
	context     context.Context
	cancel      context.CancelFunc
	background  sync.WaitGroup
	intervals   []Second
	standing    atomic.Int64     // clients with all their subscriptions
	most        atomic.Int64     // the most that there were at one time
	heard       map[uint32]int64 // events of other parts' streams that came to anybody here
	heardOf     map[uint32]*seen // which these are
	taken       map[uint32]int64 // events of this part's streams that the server did not refuse
	gone        map[uint32]int64 // those of them that may have gone with their sender: they came to nobody here
}

// own is what the publisher and the collector measure.
type own struct {
	sync.Mutex
	phases []Tally
	lag    *Histogram // µs from an event's intended instant until it was handed to the kernel
	delay  *Histogram // µs that goroutines were woken late
	cpu    time.Duration
}

// Open prepares a run of a part of a plan. ctx ends all of it.
func Open(ctx context.Context, plan *Plan, options Options) (*Run, error) {
	if options.Part.Of == 0 {
		options.Part.Of = 1
	}
	traffic := &pusher.Traffic{}
	run := &Run{
		plan: plan, options: options, traffic: traffic,
		credentials: pusher.Credentials{Key: plan.Target.Key, Secret: options.Secret},
		ledger:      newLedger(len(plan.Channels)),
		sealing:     newSealing(plan.Channels, options.Secret),
		application: newApplication(options.Session, traffic),
		asked:       newAsked(plan),
		phaseList:   append([]Phase{{Name: Ramp, Measured: true}}, plan.Phases...),
		own:         own{phases: make([]Tally, 1+len(plan.Phases)), lag: NewHistogram(), delay: NewHistogram(), cpu: cpuTime()},
		opened:      time.Now(), openedAt: Now(),
		heard: map[uint32]int64{}, heardOf: map[uint32]*seen{}, taken: map[uint32]int64{}, gone: map[uint32]int64{},
	}
	if err := run.address(); err != nil {
		return nil, err
	}
	if err := enough(plan.clients(options.Part), plan.Target); err != nil {
		return nil, err
	}
	run.context, run.cancel = context.WithCancel(ctx)
	for range runtime.GOMAXPROCS(0) {
		shard, err := newShard(run)
		if err != nil {
			return nil, err
		}
		run.shards = append(run.shards, shard)
	}
	run.populate()
	run.background.Go(run.beat)
	run.background.Go(run.collect)
	return run, nil
}

// address finds where the plan's connections go, and from which source addresses.
func (r *Run) address() (err error) {
	target := r.plan.Target
	endpoint, err := pusher.ParseEndpoint(target.WebSocket+pusher.AppPath(target.Key), target.CA)
	if err != nil {
		return err
	}
	endpoint.Traffic = r.traffic
	r.endpoints = []pusher.Endpoint{endpoint}
	for i, source := range target.Sources {
		if endpoint.Local = net.ParseIP(source); endpoint.Local == nil {
			return fmt.Errorf("source address %q is no IP address", source)
		}
		r.endpoints = append(r.endpoints[:i], endpoint)
	}
	r.api, err = newAPI(target, r.credentials, r.traffic)
	return err
}

// stands counts one client more, or one less, that has all its subscriptions.
func (r *Run) stands(change int64) {
	now := r.standing.Add(change)
	for most := r.most.Load(); now > most && !r.most.CompareAndSwap(most, now); most = r.most.Load() {
	}
}

// Most is how many clients had all their subscriptions at one time, at most.
func (r *Run) Most() int { return int(r.most.Load()) }

// Traffic is how many bytes this process has sent and received for the run; of TLS, what is in it.
func (r *Run) Traffic() (sent, received int64) {
	sent, received = r.traffic.Sent.Load(), r.traffic.Received.Load()
	for _, shard := range r.shards {
		shard.Lock()
		went, came := shard.Traffic()
		shard.Unlock()
		sent, received = sent+went, received+came
	}
	return sent, received
}

// ComesBack says whether clients have been there, and those that were lost come back.
func (r *Run) ComesBack() bool { return r.Most() > 0 && r.plan.Reconnect != nil }

func (r *Run) endpointOf(client int) pusher.Endpoint { return r.endpoints[client%len(r.endpoints)] }

// populate makes this part's clients. Client numbers run through all groups of the plan.
func (r *Run) populate() {
	index := 0
	for g := range r.plan.Clients {
		group := &r.plan.Clients[g]
		for i := range group.Count {
			if index%r.options.Part.Of == r.options.Part.Index {
				s := &subscriber{shard: r.shards[len(r.subscribers)%len(r.shards)], group: group, index: index}
				for _, channel := range group.Channels[i%len(group.Channels)] {
					s.wanted = append(s.wanted, membership{channel: channel})
				}
				r.subscribers = append(r.subscribers, s)
			}
			index++
		}
	}
}

// later runs something after a while, unless the run is over by then.
func (r *Run) later(after time.Duration, do func(context.Context)) {
	if r.context.Err() != nil {
		return
	}
	r.background.Go(func() {
		timer := time.NewTimer(after)
		defer timer.Stop()
		select {
		case <-timer.C:
			do(r.context)
		case <-r.context.Done():
		}
	})
}
