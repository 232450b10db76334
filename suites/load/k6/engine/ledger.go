package engine

import "sync"

// ledger knows what is owed to whom: which events were published, how many members their channel
// had at that moment, and what the server answered.
//
// Joining, leaving and publishing take its lock, so that each event is owed to exactly those whose
// subscription stood when it was sent.
type ledger struct {
	sync.Mutex
	members    []int64 // of each channel
	ticket     uint64  // of the latest event
	next       map[uint32]uint32
	unanswered map[uint32]int
	open       map[eventKey]*publication
	disowned   map[eventKey]outcome // those that were settled and not accepted: what still comes of them
}

// publication is one event that may still be coming.
type publication struct {
	ticket   uint64
	channel  uint32
	phase    int
	intended Nanos
	whisper  bool
	expected int64
	outcome  outcome
	late     int64 // deliveries that the shards had closed the event for, before it was settled
}

type outcome int

const (
	waiting outcome = iota
	accepted
	refused
	unknown // no answer came: it may have happened
)

func newLedger(channels int) *ledger {
	return &ledger{
		members:    make([]int64, channels),
		next:       map[uint32]uint32{},
		unanswered: map[uint32]int{},
		open:       map[eventKey]*publication{},
		disowned:   map[eventKey]outcome{},
	}
}

// issue enters an event that is about to be sent, and returns its stamp.
func (l *ledger) issue(stream uint32, event publication) stamp {
	l.Lock()
	defer l.Unlock()
	l.ticket++
	sequence := l.next[stream]
	l.next[stream]++
	event.ticket = l.ticket
	event.expected += l.members[event.channel]
	l.open[eventKey{stream, sequence}] = &event
	overlapping := l.unanswered[stream] > 0
	if event.outcome == waiting {
		l.unanswered[stream]++
	}
	return stamp{machine, overlapping, uint8(event.phase), stream, sequence, event.intended}
}

// answer enters what the server said to an event.
func (l *ledger) answer(s stamp, answer outcome) {
	l.Lock()
	defer l.Unlock()
	l.unanswered[s.stream]--
	if event := l.open[eventKey{s.stream, s.sequence}]; event != nil {
		event.outcome = answer
	}
}

// join makes somebody a member of a channel; what is published from here on is owed to it.
func (l *ledger) join(channel uint32) (ticket uint64) {
	l.Lock()
	defer l.Unlock()
	l.members[channel]++
	return l.ticket
}

// leave takes a member off a channel, of its own will: what is on its way to it is owed no more.
func (l *ledger) leave(m *membership) {
	l.Lock()
	defer l.Unlock()
	l.members[m.channel]--
	for key, event := range l.open {
		if event.channel == m.channel && event.ticket > m.ticket && !m.has(key) {
			event.expected--
		}
	}
}

// owed says whether an event was published after a member joined.
func (l *ledger) owed(s stamp, joined uint64) bool {
	l.Lock()
	defer l.Unlock()
	event := l.open[eventKey{s.stream, s.sequence}]
	return event != nil && event.ticket > joined
}

// settle hands over and forgets the events intended before an instant.
func (l *ledger) settle(before Nanos, take func(eventKey, *publication)) {
	l.Lock()
	defer l.Unlock()
	for key, event := range l.open {
		if event.intended < before {
			take(key, event)
			delete(l.open, key)
			if event.outcome != accepted {
				l.disowned[key] = event.outcome
			}
		}
	}
}

// late enters a delivery that came after its event's time, and returns what the server had said to
// it when it was settled.
func (l *ledger) late(s stamp) outcome {
	l.Lock()
	defer l.Unlock()
	key := eventKey{s.stream, s.sequence}
	if event := l.open[key]; event != nil {
		event.late++
	} else if said, ok := l.disowned[key]; ok {
		return said
	}
	return accepted // or about to be settled, or another part's
}

func (l *ledger) membersOf(channel uint32) int64 {
	l.Lock()
	defer l.Unlock()
	return l.members[channel]
}
