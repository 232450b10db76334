package engine

// eventKey names one event of the load.
type eventKey struct{ stream, sequence uint32 }

// fanout is what one shard has seen of the deliveries of one event.
type fanout struct {
	intended    Nanos
	phase       uint8
	delivered   int64
	first, last Nanos
}

func (f *fanout) add(o *fanout) {
	if f.delivered == 0 || o.first < f.first {
		f.first = o.first
	}
	if f.delivered == 0 || o.last > f.last {
		f.last = o.last
	}
	f.intended, f.phase = o.intended, o.phase
	f.delivered += o.delivered
}

// fanouts are the events whose deliveries are still coming.
type fanouts struct {
	open map[eventKey]*fanout
	// The event of the latest delivery: in a broadcast to thousands, nearly always the next one's.
	key    eventKey
	latest *fanout
	swept  Nanos // events intended before this instant are closed
}

// deliver counts one delivery; late says that its event was closed before.
func (f *fanouts) deliver(s stamp, at Nanos) (late bool) {
	if s.intended < f.swept {
		return true
	}
	key := eventKey{s.stream, s.sequence}
	if f.latest == nil || f.key != key {
		if f.latest = f.open[key]; f.latest == nil {
			f.latest = &fanout{intended: s.intended, phase: s.phase, first: at}
			f.open[key] = f.latest
		}
		f.key = key
	}
	f.latest.delivered++
	f.latest.last = at
	return false
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
