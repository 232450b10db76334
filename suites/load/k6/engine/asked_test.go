package engine

import (
	"encoding/json"
	"testing"

	"plumbline/load/k6/pusher"
)

const askingPlan = `{
  "version": 1, "target": {"websocket": "ws://127.0.0.1:1", "api": "http://127.0.0.1:1", "appId": "a", "key": "k"},
  "channels": ["news", "private-lot.7"], "clients": [],
  "publishers": [
    {"event": "Said", "perSecond": 1, "channels": [0], "bytes": 100},
    {"event": "bid.placed", "perSecond": 2, "channels": [1], "bytes": 0, "request": {
      "url": "http://127.0.0.1:1/bids", "headers": {}, "body": "{}", "first": 100, "step": 10,
      "field": "lot.price", "accepted": {"where": {}}}}],
  "phases": [{"name": "a", "seconds": 1, "rate": 1, "measured": true}, {"name": "b", "seconds": 2, "rate": 1, "measured": true}],
  "settleMs": 1000
}`

// bidder is part `index` of three, with the events it has asked for of the six: two of them.
func bidder(t *testing.T, index int) *Run {
	plan, err := ParsePlan([]byte(askingPlan))
	if err != nil {
		t.Fatal(err)
	}
	run := &Run{plan: plan, options: Options{Part: Part{index, 3}}, ledger: newLedger(2), asked: newAsked(plan)}
	turns(plan.Phases, 2, func(turn, phase int, after Nanos) bool {
		if turn%3 == index {
			stamp := run.events(1, turn, phase+1, after)[0].stamp
			if number := run.asked.note(1, turn, stamp); number != int64(100+10*turn) {
				t.Errorf("event %d has the number %d", turn, number)
			}
		}
		return true
	})
	return run
}

func bidPlaced(price any) pusher.Message {
	inner, _ := json.Marshal(map[string]any{"lot": map[string]any{"price": price}})
	data, _ := json.Marshal(string(inner))
	return pusher.Message{Event: "bid.placed", Channel: "private-lot.7", Data: data}
}

func TestEveryPartKnowsEveryBidByItsNumberAndTellsTheSameOfIt(t *testing.T) {
	for turn := range 6 {
		own, ok, _ := bidder(t, turn%3).find(bidPlaced(100 + 10*turn))
		if !ok || own.machine != machine || int(own.sequence) != turn/3 {
			t.Errorf("event %d is not known to who asked for it: %+v", turn, own)
		}
		for _, other := range []int{(turn + 1) % 3, (turn + 2) % 3} {
			foreign, ok, _ := bidder(t, other).find(bidPlaced(100 + 10*turn))
			if !ok || foreign.stream != own.stream || foreign.sequence != own.sequence || foreign.phase != own.phase {
				t.Errorf("event %d of part %d is %+v in part %d, and %+v at home", turn, turn%3, foreign, other, own)
			}
			if foreign.machine == machine || !foreign.overlapping {
				t.Errorf("event %d is timed and put in order by part %d, which cannot know", turn, other)
			}
		}
	}
}

func TestABidIsKnownByItsNumberAlone(t *testing.T) {
	run := bidder(t, 0)
	for _, price := range []any{100, "100", "100.00"} {
		if stamp, ok, _ := run.find(bidPlaced(price)); !ok || stamp.sequence != 0 {
			t.Errorf("%v is not known", price)
		}
	}
	for _, price := range []any{90, 105, 160, 1e300, "", "many", nil, true, []any{100}} {
		if _, ok, kind := run.find(bidPlaced(price)); ok || !kind {
			t.Errorf("%v is taken for a bid that was asked for", price)
		}
	}
	other := bidPlaced(100)
	other.Channel = "news"
	if _, ok, kind := run.find(other); ok || kind {
		t.Error("an event of another channel is taken for a bid")
	}
}
