package engine

import "testing"

func TestWhatCameOfAnEventMakesUpForNoOther(t *testing.T) {
	for name, test := range map[string]struct {
		outcome outcome
		came    *fanout
		want    Counts
	}{
		"accepted, and all came":      {accepted, &fanout{delivered: 10}, Counts{Expected: 10, Delivered: 10, Accepted: 1}},
		"accepted, and one is missed": {accepted, &fanout{delivered: 9}, Counts{Expected: 10, Delivered: 9, Accepted: 1}},
		"accepted, and none came":     {accepted, nil, Counts{Expected: 10, Accepted: 1}},
		"refused":                     {refused, nil, Counts{Refused: 1}},
		"refused, and came":           {refused, &fanout{delivered: 10}, Counts{Refused: 1, Unexpected: 10}},
		"unanswered":                  {unknown, nil, Counts{Unanswered: 1}},
		"unanswered, and some came":   {unknown, &fanout{delivered: 7}, Counts{Expected: 7, Delivered: 7, Unanswered: 1}},
	} {
		var tally Tally
		if test.came != nil {
			tally.Delivered = test.came.delivered // as the shards have counted them
		}
		tally.settle(&publication{outcome: test.outcome, expected: 10}, test.came)
		if tally.Counts != test.want {
			t.Errorf("%s: counted %+v, want %+v", name, tally.Counts, test.want)
		}
	}
}

// Under a load that is too much, answers and deliveries come long after their time. Both are still
// held against each other.
func TestWhatComesLateOfAnEventMakesUpForNoOther(t *testing.T) {
	for name, test := range map[string]struct {
		outcome outcome
		want    Counts // of 10 members, 4 that came in time, 1 as the event was settled, 2 afterwards
	}{
		"accepted":     {accepted, Counts{Expected: 10, Delivered: 7, Accepted: 1}},
		"refused":      {refused, Counts{Delivered: 0, Unexpected: 7, Refused: 1}},
		"no answer":    {unknown, Counts{Expected: 7, Delivered: 7, Unanswered: 1}},
		"not answered": {waiting, Counts{Expected: 7, Delivered: 7, Unanswered: 1}},
	} {
		ledger, tally := newLedger(1), Tally{}
		tally.Delivered = 7 // as the shards have counted them
		s := ledger.issue(0, publication{expected: 10, intended: 1})
		if test.outcome != waiting {
			ledger.answer(s, test.outcome)
		}
		tally.makeUp(ledger.late(s), 1)
		ledger.settle(2, func(_ eventKey, event *publication) { tally.settle(event, &fanout{delivered: 4}) })
		ledger.answer(s, accepted) // what is said now changes nothing
		tally.makeUp(ledger.late(s), 1)
		tally.makeUp(ledger.late(s), 1)
		if tally.Counts != test.want {
			t.Errorf("%s: counted %+v, want %+v", name, tally.Counts, test.want)
		}
	}
}
