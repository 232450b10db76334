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
