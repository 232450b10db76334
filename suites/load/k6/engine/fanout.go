package engine

// eventKey names one event of the load.
type eventKey struct{ stream, sequence uint32 }

// fanout is what one shard has seen of the deliveries of one event.
type fanout struct {
	intended    Nanos
	phase       uint8
	here        bool   // whether intended is by this machine's clock
	arrivals    Counts // Delivered and Late
	gone        int64  // of those who had it, the members that have left since
	first, last Nanos
}

// came is how many deliveries there were.
func (f *fanout) came() int64 { return f.arrivals.Delivered + f.arrivals.Late }

func (f *fanout) add(o *fanout) {
	if f.came() == 0 || o.first < f.first {
		f.first = o.first
	}
	if f.came() == 0 || o.last > f.last {
		f.last = o.last
	}
	f.intended, f.phase, f.here = o.intended, o.phase, o.here
	f.arrivals.Add(o.arrivals)
	f.gone += o.gone
}

// fanouts are the events whose deliveries are still coming.
type fanouts struct {
	open map[eventKey]*fanout
	// The event of the latest delivery: in a broadcast to thousands, nearly always the next one's.
	key    eventKey
	latest *fanout
	swept  Nanos // events intended before this instant are closed
}

// isSwept says whether an event was closed before.
func (f *fanouts) isSwept(s stamp) bool { return s.intended < f.swept }

// deliver counts one delivery.
func (f *fanouts) deliver(s stamp, at Nanos, late bool) {
	key := eventKey{s.stream, s.sequence}
	if f.latest == nil || f.key != key {
		if f.latest = f.open[key]; f.latest == nil {
			f.latest = &fanout{intended: s.intended, phase: s.phase, here: s.machine == machine, first: at}
			f.open[key] = f.latest
		}
		f.key = key
	}
	f.latest.arrivals.arrived(late)
	f.latest.last = at
}

// leave notes that a member has left, of what it has had.
func (f *fanouts) leave(m *membership, of func(stream uint32) (channel uint32)) {
	for key, seen := range f.open {
		if seen.intended >= m.since && of(key.stream) == m.channel && m.has(key) {
			seen.gone++
		}
	}
}

// sweep closes the events intended before an instant and adds what was seen of them to all.
func (f *fanouts) sweep(before Nanos, all map[eventKey]*fanout) {
	f.swept = max(f.swept, before)
	for key, seen := range f.open {
		if seen.intended >= before {
			continue
		}
		if all[key] == nil {
			all[key] = &fanout{}
		}
		all[key].add(seen)
		delete(f.open, key)
		if f.key == key {
			f.latest = nil
		}
	}
}
