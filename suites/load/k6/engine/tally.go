package engine

// Kind is what a latency was measured of.
type Kind int

// The kinds, in the order that reports list them.
const (
	Connect    Kind = iota // intended instant of the dial until TCP (and TLS) stands
	Handshake              // from there until pusher:connection_established
	Authorized             // from there until the application's signature for a channel
	Subscribe              // pusher:subscribe until it succeeded
	Recover                // the loss of a connection until all its subscriptions stand again
	Answer                 // intended instant of a publication until the HTTP API's answer
	Delivery               // the same instant until a subscriber has the event
	First                  // and until the first of them has it
	Last                   // and until the last
	Whisper                // intended instant of a client event until a subscriber has it
	Kinds                  // how many there are
)

var kindNames = [Kinds]string{"connect", "handshake", "authorize", "subscribe", "recover", "answer", "delivery", "first", "last", "whisper"}

func (k Kind) String() string { return kindNames[k] }

// Counts are what is counted rather than timed.
type Counts struct {
	Expected   int64 `json:"expected"`   // deliveries that are owed: Delivered + Late + Lost
	Delivered  int64 `json:"delivered"`  // those that came in their settling time, each once
	Late       int64 `json:"late"`       // those that came after it
	Lost       int64 `json:"lost"`       // those that had not come when the run was over
	Duplicated int64 `json:"duplicated"` // came once more
	Reordered  int64 `json:"reordered"`  // came after one that was sent later
	Ancient    int64 `json:"ancient"`    // behind by more than the window: a duplicate, or very late
	Unexpected int64 `json:"unexpected"` // came to somebody to whom it was not owed
	Accepted   int64 `json:"accepted"`   // events that the server accepted
	Refused    int64 `json:"refused"`    // events that it refused
	Unanswered int64 `json:"unanswered"` // events that got no answer: they may have happened
}

// Add adds o to c.
func (c *Counts) Add(o Counts) {
	c.Expected += o.Expected
	c.Delivered += o.Delivered
	c.Late += o.Late
	c.Lost += o.Lost
	c.Duplicated += o.Duplicated
	c.Reordered += o.Reordered
	c.Ancient += o.Ancient
	c.Unexpected += o.Unexpected
	c.Accepted += o.Accepted
	c.Refused += o.Refused
	c.Unanswered += o.Unanswered
}

// Tally is what was measured in one phase.
type Tally struct {
	Counts
	Latencies [Kinds]*Histogram // nil where nothing was measured
}

// Figures are the share delivered and the counts that objectives judge, each only where something was
// measured of it, the same as valueOf in suites/load/judge.ts.
func (c *Counts) Figures() map[string]float64 {
	figures := map[string]float64{}
	if c.Expected > 0 {
		figures["delivered"], figures["lost"] = float64(c.Delivered)/float64(c.Expected), float64(c.Lost)
	}
	if c.Accepted+c.Refused+c.Unanswered > 0 {
		figures["refused"], figures["unanswered"] = float64(c.Refused), float64(c.Unanswered)
	}
	for name, count := range map[string]int64{
		"duplicated": c.Duplicated, "reordered": c.Reordered, "late": c.Late, "unexpected": c.Unexpected,
	} {
		if c.Delivered+c.Late+count > 0 { // where nothing came, nobody knows whether it would have come twice
			figures[name] = float64(count)
		}
	}
	return figures
}

// arrived counts one delivery.
func (c *Counts) arrived(late bool) {
	if late {
		c.Late++
	} else {
		c.Delivered++
	}
}

// Record counts one latency, in nanoseconds.
func (t *Tally) Record(kind Kind, nanos int64) {
	if t.Latencies[kind] == nil {
		t.Latencies[kind] = NewHistogram()
	}
	t.Latencies[kind].Record(nanos)
}

// Add adds all of o to t.
func (t *Tally) Add(o *Tally) {
	t.Counts.Add(o.Counts)
	for kind, histogram := range o.Latencies {
		if histogram == nil {
			continue
		}
		if t.Latencies[kind] == nil {
			t.Latencies[kind] = NewHistogram()
		}
		t.Latencies[kind].Add(histogram)
	}
}
