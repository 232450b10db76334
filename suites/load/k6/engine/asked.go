package engine

import (
	"strconv"
	"strings"
	"sync"

	"plumbline/load/k6/pusher"
)

// asked are the events that an application publishes because it was asked to. They carry no stamp:
// the name, the channel and the number in the data say which one it is, and what was noted when it
// was asked for says the rest.
type asked struct {
	publishers []*askedPublisher // by the plan's number; nil where nobody is asked
	byEvent    map[eventName]*askedPublisher
}

type eventName struct{ event, channel string }

type askedPublisher struct {
	*Request
	publisher int
	channel   uint32
	phases    []uint8 // of each turn, as all parts of the plan count them
	sync.RWMutex
	noted []stamp // of this part's events, in their order
}

func newAsked(plan *Plan) asked {
	a := asked{make([]*askedPublisher, len(plan.Publishers)), map[eventName]*askedPublisher{}}
	for i := range plan.Publishers {
		p := &plan.Publishers[i]
		if p.Request == nil {
			continue
		}
		known := &askedPublisher{Request: p.Request, publisher: i, channel: p.Channels[0]}
		turns(plan.Phases, p.PerSecond, func(_, phase int, _ Nanos) bool {
			known.phases = append(known.phases, uint8(phase+1)) // the ramp is one more
			return true
		})
		a.publishers[i] = known
		a.byEvent[eventName{p.Event, plan.Channels[p.Channels[0]]}] = known
	}
	return a
}

// note takes an event of a publisher before it is asked for, and returns its number.
func (a asked) note(publisher, turn int, s stamp) int64 {
	known := a.publishers[publisher]
	known.Lock()
	defer known.Unlock()
	known.noted = append(known.noted, s)
	return known.First + int64(turn)*known.Step
}

// find is the stamp of an event that came. kind is false where its kind is not asked for, and ok
// where it is, but not this one.
func (r *Run) find(message pusher.Message) (s stamp, ok, kind bool) {
	known := r.asked.byEvent[eventName{message.Event, message.Channel}]
	if known == nil {
		return s, false, false
	}
	var data any
	if message.Decode(&data) != nil {
		return s, false, true
	}
	turn, ok := known.turn(data)
	if !ok {
		return s, false, true
	}
	part, sequence := turn%r.options.Part.Of, turn/r.options.Part.Of
	if part != r.options.Part.Index {
		return r.foreign(known, part, turn, sequence), true, true
	}
	known.RLock()
	defer known.RUnlock()
	if sequence >= len(known.noted) {
		return s, false, true
	}
	return known.noted[sequence], true, true
}

// foreign is the stamp of another part's event. When that part asked for it and in what order its
// answers came is not known here: it is counted, not timed, and may have overtaken others.
func (r *Run) foreign(known *askedPublisher, part, turn, sequence int) stamp {
	return stamp{
		machine: ^machine, overlapping: true, phase: known.phases[turn],
		stream: r.streamOf(part, known.publisher, known.channel), sequence: uint32(sequence),
	}
}

// turn is which event of the publisher the data is of.
func (p *askedPublisher) turn(data any) (turn int, ok bool) {
	var number float64
	switch value := valueAt(data, p.Field).(type) {
	case float64:
		number = value
	case string: // frameworks write decimals as text
		var err error
		if number, err = strconv.ParseFloat(value, 64); err != nil {
			return 0, false
		}
	default:
		return 0, false
	}
	steps := (number - float64(p.First)) / float64(p.Step)
	if !(steps >= 0 && steps < float64(len(p.phases))) || steps != float64(int(steps)) {
		return 0, false
	}
	return int(steps), true
}

// valueAt is the value at a dotted path, nil where there is none.
func valueAt(value any, path string) any {
	for _, name := range strings.Split(path, ".") {
		switch of := value.(type) {
		case map[string]any:
			value = of[name]
		case []any:
			at, err := strconv.Atoi(name)
			if err != nil || at < 0 || at >= len(of) {
				return nil
			}
			value = of[at]
		default:
			return nil
		}
	}
	return value
}
