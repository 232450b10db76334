package engine

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestAPlanThatCannotBeRunSaysWhere(t *testing.T) {
	for says, change := range map[string]func(*Plan){
		"the plan has version 2, and this k6 reads 1": func(p *Plan) { p.Version = 2 },
		"the plan has 0 phases":                       func(p *Plan) { p.Phases = nil },
		`clients "bidders" need channels and a pace`:  func(p *Plan) { p.Clients[0].PerSecond = 0 },
		"clients bidders: there is no channel 7":      func(p *Plan) { p.Clients[0].Channels = [][]uint32{{0}, {7}} },
		`publisher of "BidPlaced" needs channels`:     func(p *Plan) { p.Publishers[0].Channels = nil },
		"publisher of BidPlaced: there is no channel": func(p *Plan) { p.Publishers[0].Channels = []uint32{1} },
		`clients "bidders" are slow`: func(p *Plan) {
			p.Target.WebSocket, p.Clients[0].Slow = "wss://127.0.0.1:1", &Slow{PauseMs: 1, EveryMs: 1}
		},
	} {
		text, err := json.Marshal(planFor("ws://127.0.0.1:1", "http://127.0.0.1:1", change))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParsePlan(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("want %q, got %v", says, err)
		}
	}
}

func TestAFieldThatThisEngineDoesNotKnowIsRefused(t *testing.T) {
	_, err := ParsePlan([]byte(`{"version": 1, "surprise": true}`))
	if err == nil || !strings.Contains(err.Error(), `"surprise"`) || !strings.Contains(err.Error(), "deno task k6:build") {
		t.Errorf("got %v", err)
	}
}
