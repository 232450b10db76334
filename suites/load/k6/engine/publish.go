package engine

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"
)

// inFlight bounds the requests without an answer: a server that has stopped answering must not
// take this process with it.
const inFlight = 4096

// Publish runs the phases: every publisher and every client that whispers sends at its pace,
// whatever the server does. It returns when the last phase has ended.
func (r *Run) Publish(ctx context.Context) {
	began := Now()
	if !r.options.Start.IsZero() {
		began += time.Until(r.options.Start).Nanoseconds()
	}
	r.began, r.phaseList[0].Seconds = began, r.since(began)
	starts := r.phases.begin(began, r.plan.Phases)
	gate := make(chan struct{}, inFlight)
	var wait sync.WaitGroup
	for i := range r.plan.Publishers {
		p := &r.plan.Publishers[i]
		requests := p.PerSecond / float64(p.batch())
		wait.Go(func() {
			r.pace(ctx, starts, requests, func(turn, phase int, intended Nanos) {
				if turn%r.options.Part.Of != r.options.Part.Index {
					return
				}
				events := r.events(i, turn, phase, intended)
				send := func() { r.send(ctx, p, events) }
				if p.Request != nil {
					number := r.asked.note(i, turn, events[0].stamp)
					send = func() { r.ask(ctx, p.Request, number, events) }
				}
				gate <- struct{}{}
				go func() {
					defer func() { <-gate }()
					send()
				}()
			})
		})
	}
	wait.Go(func() { r.whisper(ctx, starts) })
	wait.Go(func() { r.drops(ctx, starts) })
	wait.Wait()
	sleepUntil(starts[len(starts)-1], ctx.Done())
}

// pace calls at every intended instant of a rate, which each phase multiplies by its own; turns
// are numbered through all phases, and are the same in every part of the plan.
func (r *Run) pace(ctx context.Context, starts []Nanos, perSecond float64, do func(turn, phase int, intended Nanos)) {
	turns(r.plan.Phases, perSecond, func(turn, phase int, after Nanos) bool {
		intended := starts[phase] + after
		on := sleepUntil(intended, ctx.Done())
		if on {
			do(turn, phase+1, intended)
		}
		return on
	})
}

// issued is one event that is about to be sent.
type issued struct {
	stamp   stamp
	channel uint32
}

// events enters the events of one turn of a publisher.
func (r *Run) events(publisher, turn, phase int, intended Nanos) []issued {
	p := &r.plan.Publishers[publisher]
	batch := p.batch()
	events := make([]issued, batch)
	for i := range events {
		channel := p.channel(turn, i)
		stamp := r.ledger.issue(r.stream(publisher, channel), publication{channel: channel, phase: phase, intended: intended})
		events[i] = issued{stamp, channel}
	}
	return events
}

// channel is where the n-th event of a turn goes.
func (p *Publisher) channel(turn, n int) uint32 {
	return p.Channels[(turn*p.batch()+n)%len(p.Channels)]
}

// send publishes the events of one turn in one request.
func (r *Run) send(ctx context.Context, p *Publisher, events []issued) {
	body := r.body(p, events)
	r.sending(events)
	what := "/events"
	if p.Batch > 1 {
		what = "/batch_events"
	}
	r.answered(events, r.api.post(ctx, what, body))
}

// ask has an application publish one event.
func (r *Run) ask(ctx context.Context, request *Request, number int64, events []issued) {
	r.sending(events)
	r.answered(events, r.application.ask(ctx, request, number))
}

// sending notes how late events are handed to the kernel.
func (r *Run) sending(events []issued) {
	r.own.Lock()
	defer r.own.Unlock()
	r.own.lag.Record(Now() - events[0].stamp.intended)
}

// answered enters what became of the events of one request.
func (r *Run) answered(events []issued, err error) {
	took := Now() - events[0].stamp.intended
	answer := accepted
	if no := (*refusal)(nil); errors.As(err, &no) {
		answer = refused
	} else if err != nil {
		answer = unknown
	}
	for _, event := range events {
		r.ledger.answer(event.stamp, answer)
	}
	if err != nil {
		r.troubles.note("publish", err.Error())
		return
	}
	r.own.Lock()
	defer r.own.Unlock()
	r.own.phases[events[0].stamp.phase].Record(Answer, took)
}

func (r *Run) body(p *Publisher, events []issued) []byte {
	type event struct {
		Name     string   `json:"name"`
		Data     string   `json:"data"`
		Channel  string   `json:"channel,omitempty"`
		Channels []string `json:"channels,omitempty"`
	}
	list := make([]event, len(events))
	for i, e := range events {
		sealed := r.sealing.seal(e.channel, p.data(e.stamp))
		list[i] = event{Name: p.Event, Data: sealed, Channel: r.plan.Channels[e.channel]}
	}
	if p.Batch > 1 {
		body, _ := json.Marshal(map[string]any{"batch": list}) // strings always encode
		return body
	}
	list[0].Channels, list[0].Channel = []string{list[0].Channel}, ""
	body, _ := json.Marshal(list[0])
	return body
}

// data is an event's own: the plan's, with its stamp, or nothing much.
func (p *Publisher) data(s stamp) string {
	if p.Template == "" {
		return data(s, p.Bytes)
	}
	return strings.Replace(p.Template, "$stamp", string(s.append(nil)), 1)
}

// data is JSON of the length that the plan wants, or little more.
func data(s stamp, length int) string {
	text := `{"stamp":"` + string(s.append(nil)) + `","fill":"`
	return text + strings.Repeat("x", max(0, length-len(text)-2)) + `"}`
}
