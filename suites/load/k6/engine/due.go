package engine

import "math"

// A part must not hang up while another part's last events are on their way to its clients. Every
// part knows the whole plan, so it knows how many events the others will publish to its channels.

// turns calls for each turn of a pace, in every phase: when it is due after the phase's beginning.
func turns(phases []Phase, perSecond float64, do func(turn, phase int, after Nanos) (on bool)) {
	turn := 0
	for i, phase := range phases {
		rate, length := perSecond*phase.Rate, int64(phase.Seconds*1e9)
		for n := 0; rate > 0; n++ {
			after := int64(math.Round(float64(n) / rate * 1e9))
			if after >= length {
				break
			}
			if !do(turn, i, after) {
				return
			}
			turn++
		}
	}
}

// dueFromOthers counts the events that other parts publish to channels that clients here want,
// whether they are there just now or not.
func (r *Run) dueFromOthers() (events int64) {
	if r.options.Part.Of == 1 {
		return 0
	}
	wanted := map[uint32]bool{}
	for _, s := range r.subscribers {
		for i := range s.wanted {
			wanted[s.wanted[i].channel] = true
		}
	}
	for i := range r.plan.Publishers {
		p := &r.plan.Publishers[i]
		batch := p.batch()
		turns(r.plan.Phases, p.PerSecond/float64(batch), func(turn, _ int, _ Nanos) bool {
			for n := range batch {
				if turn%r.options.Part.Of != r.options.Part.Index && wanted[p.channel(turn, n)] {
					events++
				}
			}
			return true
		})
	}
	for part := range r.options.Part.Of {
		if part == r.options.Part.Index {
			continue
		}
		for _, channels := range r.plan.whispering(Part{part, r.options.Part.Of}) {
			turns(r.plan.Phases, channels.perSecond, func(turn, _ int, _ Nanos) bool {
				if wanted[channels.first[turn%len(channels.first)]] {
					events++
				}
				return true
			})
		}
	}
	return events
}

// whispers of one group in one part: the channel that each client whispers to, and their pace
// together.
type whisperPace struct {
	first     []uint32
	perSecond float64
}

func (p *Plan) whispering(part Part) (paces []whisperPace) {
	index := 0
	for _, group := range p.Clients {
		var pace whisperPace
		for i := range group.Count {
			channels := group.Channels[i%len(group.Channels)]
			if index%part.Of == part.Index && group.Whispers != nil && len(channels) > 0 {
				pace.first = append(pace.first, channels[0])
				pace.perSecond += group.Whispers.PerSecond
			}
			index++
		}
		if len(pace.first) > 0 {
			paces = append(paces, pace)
		}
	}
	return paces
}
