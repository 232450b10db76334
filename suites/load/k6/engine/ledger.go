package engine

import (
	"math"
	"slices"
	"sort"
	"sync"
)

// ledger knows what is owed to whom: which events were published, how many members their channel
// had at that moment, and what the server answered.
//
// Joining, leaving and publishing take its lock, so that each event is owed to exactly those whose
// subscription stood when it was sent.
type ledger struct {
	sync.Mutex
	members    []int64   // of each channel
	joins      []uint64  // how many have ever joined each
	since      [][]Nanos // when each of its members joined, in order
	next       map[uint32]uint32
	starts     map[uint32][]start
	unanswered map[uint32]int
	open       map[eventKey]*publication
	refused    map[eventKey]bool // those that were settled as refused: what still comes of them
	forgotten  map[eventKey]bool // client events that went with their sender
}

// start is the first event of a stream after somebody joined its channel: what was sent before is
// owed to nobody who joined then.
type start struct {
	joins    uint64
	sequence uint32
}

// publication is one event that may still be coming.
type publication struct {
	joins    uint64 // how many had joined its channel before: who joined as one of them is owed it
	channel  uint32
	phase    int
	intended Nanos
	whisper  bool
	expected int64
	outcome  outcome
	cut      bool // its sender hung up right behind it
	fanout        // what the shards have handed over
}

// gone says whether a client event went with its sender and came to nobody, of `came` deliveries. A
// line that is closed with something unread is reset, and takes along what the server had not read
// yet (RFC 1122, 4.2.2.13): that is owed to nobody.
func (p *publication) gone(came int64) bool { return p.cut && came == 0 }

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
		joins:      make([]uint64, channels),
		since:      make([][]Nanos, channels),
		next:       map[uint32]uint32{},
		starts:     map[uint32][]start{},
		unanswered: map[uint32]int{},
		open:       map[eventKey]*publication{},
		refused:    map[eventKey]bool{},
		forgotten:  map[eventKey]bool{},
	}
}

// issue enters an event that is about to be sent, and returns its stamp.
func (l *ledger) issue(stream uint32, event publication) stamp {
	l.Lock()
	defer l.Unlock()
	sequence := l.next[stream]
	l.next[stream]++
	event.joins = l.joins[event.channel]
	if starts := l.starts[stream]; len(starts) == 0 || starts[len(starts)-1].joins != event.joins {
		l.starts[stream] = append(starts, start{event.joins, sequence})
	}
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

// join makes somebody a member of a channel: what is published from here on is owed to it.
func (l *ledger) join(m *membership) {
	l.Lock()
	defer l.Unlock()
	l.members[m.channel]++
	l.joins[m.channel]++
	m.join, m.since = l.joins[m.channel], Now()
	l.since[m.channel] = append(l.since[m.channel], m.since)
}

// leave takes a member off a channel, of its own will: what is on its way to it is owed no more,
// and nothing of its own client events ever was. Those that it sent from `fresh` on may go with it.
func (l *ledger) leave(m *membership, isOwn func(stream uint32) bool, fresh Nanos) {
	l.Lock()
	defer l.Unlock()
	l.members[m.channel]--
	if at, found := slices.BinarySearch(l.since[m.channel], m.since); found {
		l.since[m.channel] = slices.Delete(l.since[m.channel], at, at+1)
	}
	for key, event := range l.open {
		switch {
		case isOwn(key.stream):
			event.cut = event.cut || event.intended >= fresh
		case event.channel == m.channel && event.joins >= m.join && !m.has(key):
			event.expected--
		}
	}
}

// owedFrom is the first event of a stream that is owed to a member.
func (l *ledger) owedFrom(stream uint32, m *membership) uint32 {
	l.Lock()
	defer l.Unlock()
	starts := l.starts[stream]
	at := sort.Search(len(starts), func(i int) bool { return starts[i].joins >= m.join })
	if at == len(starts) {
		return math.MaxUint32
	}
	return starts[at].sequence
}

// settle hands over and forgets the events intended before an instant. One that waits for its answer
// stays, but at the end.
func (l *ledger) settle(before Nanos, came map[eventKey]*fanout, take func(eventKey, *publication)) {
	l.Lock()
	defer l.Unlock()
	for key, event := range l.open {
		if event.intended >= before {
			continue
		}
		if seen := came[key]; seen != nil {
			event.fanout.add(seen)
		}
		if event.outcome == waiting && before < math.MaxInt64 {
			continue
		}
		take(key, event)
		delete(l.open, key)
		switch {
		case event.outcome == refused:
			l.refused[key] = true
		case event.gone(event.came()):
			l.forgotten[key] = true
		}
	}
}

// swept counts a delivery of an event that the shards have closed, and says whether it is lost no
// more: its event has been settled.
func (l *ledger) swept(s stamp, at Nanos, late bool, tally *Tally) (found bool) {
	l.Lock()
	defer l.Unlock()
	key := eventKey{s.stream, s.sequence}
	if event := l.open[key]; event != nil { // waits for its answer
		one := fanout{first: at, last: at}
		one.arrivals.arrived(late)
		event.fanout.add(&one)
		tally.arrived(late)
		return false
	}
	if l.refused[key] {
		tally.Unexpected++
		return false
	}
	tally.arrived(late)
	if l.forgotten[key] {
		tally.Expected++
		return false
	}
	tally.Lost--
	return true
}

// membersAt is how many of a channel's members had joined before an instant.
func (l *ledger) membersAt(channel uint32, instant Nanos) int64 {
	l.Lock()
	defer l.Unlock()
	since := l.since[channel]
	return int64(sort.Search(len(since), func(i int) bool { return since[i] > instant }))
}

func (l *ledger) membersOf(channel uint32) int64 {
	l.Lock()
	defer l.Unlock()
	return l.members[channel]
}
