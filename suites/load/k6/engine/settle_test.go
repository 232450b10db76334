package engine

import "testing"

// cameSo are so many deliveries in their time, and so many after it, as the shards hand them over.
func cameSo(delivered, late int64) *fanout {
	return &fanout{arrivals: Counts{Delivered: delivered, Late: late}}
}

func TestWhatIsOwedIsDeliveredLateOrLost(t *testing.T) {
	for name, test := range map[string]struct {
		outcome outcome
		came    *fanout
		want    Counts
	}{
		"accepted, and all came":      {accepted, cameSo(10, 0), Counts{Expected: 10, Delivered: 10, Accepted: 1}},
		"accepted, and one is missed": {accepted, cameSo(9, 0), Counts{Expected: 10, Delivered: 9, Lost: 1, Accepted: 1}},
		"accepted, and all was late":  {accepted, cameSo(0, 10), Counts{Expected: 10, Late: 10, Accepted: 1}},
		"accepted, and none came":     {accepted, cameSo(0, 0), Counts{Expected: 10, Lost: 10, Accepted: 1}},
		"refused":                     {refused, cameSo(0, 0), Counts{Refused: 1}},
		"refused, and came":           {refused, cameSo(8, 2), Counts{Refused: 1, Unexpected: 10}},
		"unanswered":                  {unknown, cameSo(0, 0), Counts{Expected: 10, Lost: 10, Unanswered: 1}},
		"unanswered, and some came":   {unknown, cameSo(6, 1), Counts{Expected: 10, Delivered: 6, Late: 1, Lost: 3, Unanswered: 1}},
	} {
		tally := Tally{Counts: test.came.arrivals} // as the shards have counted them
		tally.settle(&publication{outcome: test.outcome, expected: 10, fanout: *test.came})
		if tally.Counts != test.want {
			t.Errorf("%s: counted %+v, want %+v", name, tally.Counts, test.want)
		}
	}
}

// Under a load that is too much, answers and deliveries come long after their time. Both are still
// held against each other.
func TestWhatComesOfASettledEventIsLostNoMore(t *testing.T) {
	for name, test := range map[string]struct {
		outcome outcome
		want    Counts // of 10 members, 4 that came in time, 1 as the event was settled, 2 afterwards
	}{
		"accepted":  {accepted, Counts{Expected: 10, Delivered: 4, Late: 3, Lost: 3, Accepted: 1}},
		"refused":   {refused, Counts{Unexpected: 7, Refused: 1}},
		"no answer": {unknown, Counts{Expected: 10, Delivered: 4, Late: 3, Lost: 3, Unanswered: 1}},
	} {
		ledger, tally := newLedger(1), Tally{Counts: Counts{Delivered: 4}} // as the shards have counted them
		s := ledger.issue(0, publication{expected: 10, intended: 1})
		settle := func(seen map[eventKey]*fanout) {
			ledger.settle(2, seen, func(_ eventKey, event *publication) { tally.settle(event) })
		}
		settle(map[eventKey]*fanout{{s.stream, s.sequence}: cameSo(4, 0)})
		if len(ledger.open) != 1 {
			t.Errorf("%s: settled before its answer", name)
		}
		ledger.swept(s, 3, true, &tally)
		ledger.answer(s, test.outcome)
		settle(nil)
		ledger.answer(s, accepted) // what is said now changes nothing
		ledger.swept(s, 4, true, &tally)
		ledger.swept(s, 4, true, &tally)
		if tally.Counts != test.want {
			t.Errorf("%s: counted %+v, want %+v", name, tally.Counts, test.want)
		}
	}
}

// A client event that its sender hung up behind may go with it: then nobody receives it.
func TestAClientEventThatWentWithItsSenderIsOwedToNobody(t *testing.T) {
	for name, test := range map[string]struct {
		fresh Nanos // what the sender sent from here on may go with it
		came  int64
		want  Counts
	}{
		"nobody received it":          {1, 0, Counts{}},
		"somebody did":                {1, 1, Counts{Expected: 2, Delivered: 1, Lost: 1, Accepted: 1}},
		"the server had had its time": {2, 0, Counts{Expected: 2, Lost: 2, Accepted: 1}},
	} {
		ledger, tally := newLedger(1), Tally{Counts: Counts{Delivered: test.came}}
		members := make([]membership, 3)
		for i := range members {
			members[i].enter(ledger)
		}
		s := ledger.issue(7, publication{whisper: true, expected: -1, intended: 1, outcome: accepted})
		ledger.leave(&members[0], func(stream uint32) bool { return stream == 7 }, test.fresh)
		seen := map[eventKey]*fanout{{s.stream, s.sequence}: cameSo(test.came, 0)}
		ledger.settle(2, seen, func(_ eventKey, event *publication) { tally.settle(event) })
		if tally.Counts != test.want {
			t.Errorf("%s: counted %+v, want %+v", name, tally.Counts, test.want)
		}
		ledger.swept(s, 3, true, &tally)
		if c := tally.Counts; c.Lost < 0 || c.Expected != c.Delivered+c.Late+c.Lost {
			t.Errorf("%s: what comes after all does not add up: %+v", name, c)
		}
	}
}
