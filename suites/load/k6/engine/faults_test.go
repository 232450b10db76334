package engine

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"plumbline/load/k6/internal/broadcast"
)

// What the reference server does not do wrong, a server of this file does: every fault must be
// counted as what it is, to the last one.

const subscribers = 50

// faulty runs 50 events to 50 clients through a server that is changed by change.
func faulty(t *testing.T, change func(*broadcast.Server)) *Measurements {
	t.Helper()
	server, err := broadcast.Listen()
	if err != nil {
		t.Fatal(err)
	}
	change(server)
	go server.Serve()
	t.Cleanup(server.Close)
	address := fmt.Sprintf("127.0.0.1:%d", server.Port())
	return run(t, planFor("ws://"+address, "http://"+address, func(plan *Plan) {
		plan.Clients[0].Count = subscribers
		// Slow enough that on a busy machine, too, each event is answered before the next is sent.
		plan.Publishers[0].PerSecond = 10
		plan.Phases = []Phase{{Name: "all", Seconds: 5, Rate: 1, Measured: true}}
		plan.SettleMs = 1500
	}), Options{})
}

// sometimes does a fault to one delivery of so many, and counts how often.
func sometimes(fault broadcast.Fault, one int, happened *atomic.Int64) func(*broadcast.Server) {
	return func(server *broadcast.Server) {
		server.Fault = func(event, subscriber int) broadcast.Fault {
			// The last event has none behind it that could overtake it.
			if event == 49 || (event*subscribers+subscriber)%one != 0 {
				return broadcast.None
			}
			happened.Add(1)
			return fault
		}
	}
}

func TestEachLostDeliveryIsMissed(t *testing.T) {
	t.Parallel()
	var lost atomic.Int64
	m := faulty(t, sometimes(broadcast.Lose, 97, &lost))
	expectCounts(t, m, Counts{Expected: 2500, Delivered: 2500 - lost.Load(), Lost: lost.Load(), Accepted: 50})
	if lost.Load() == 0 {
		t.Error("the server has lost none")
	}
}

func TestEachRepeatedDeliveryIsADuplicate(t *testing.T) {
	t.Parallel()
	var repeated atomic.Int64
	m := faulty(t, sometimes(broadcast.Repeat, 97, &repeated))
	expectCounts(t, m, Counts{Expected: 2500, Delivered: 2500, Duplicated: repeated.Load(), Accepted: 50})
}

func TestEachDeliveryThatWasOvertakenIsCounted(t *testing.T) {
	t.Parallel()
	var held atomic.Int64
	m := faulty(t, sometimes(broadcast.Hold, 97, &held))
	expectCounts(t, m, Counts{Expected: 2500, Delivered: 2500, Reordered: held.Load(), Accepted: 50})
}

func TestWhatTheServerRefusesIsOwedToNobody(t *testing.T) {
	t.Parallel()
	m := faulty(t, func(server *broadcast.Server) {
		server.Answer = func(event int) int {
			if event%10 == 3 {
				return 503
			}
			return 200
		}
	})
	expectCounts(t, m, Counts{Expected: 2250, Delivered: 2250, Accepted: 45, Refused: 5})
	if len(m.Troubles) != 1 || m.Troubles[0].Count != 5 || !strings.HasPrefix(m.Troubles[0].Detail, "HTTP 503") {
		t.Errorf("troubles: %+v", m.Troubles)
	}
}

func TestAServerThatDiesIsReportedWithTheMomentAndTheCount(t *testing.T) {
	t.Parallel()
	var died time.Time
	m := faulty(t, func(server *broadcast.Server) {
		server.Answer = func(event int) int {
			if event == 25 {
				died = time.Now()
				go server.Close()
			}
			return 200
		}
	})
	have := total(m)
	if m.Connections.Standing != 0 || have.Accepted+have.Refused+have.Unanswered != 50 || have.Unanswered < 20 {
		t.Errorf("%+v, connections %+v", have, m.Connections)
	}
	moment := died.Sub(m.Started).Seconds()
	for _, trouble := range m.Troubles {
		if trouble.What == "connection" {
			if trouble.Count != subscribers || trouble.First < moment || trouble.First > moment+0.5 {
				t.Errorf("died after %.3f s, told of %+v", moment, trouble)
			}
			return
		}
	}
	t.Errorf("nobody has lost a connection: %+v", m.Troubles)
}

// Events of a stalled server wait from the instant they should have been sent: 100 a second for
// 2.5 s through a stall of one second have a quarter of their deliveries above half a second. A
// loop that waits for its answer would see one.
func TestAStallIsFeltByEveryEventThatShouldHaveBeenSentInIt(t *testing.T) {
	t.Parallel()
	server, err := broadcast.Listen()
	if err != nil {
		t.Fatal(err)
	}
	server.Answer = func(event int) int {
		if event == 50 {
			time.Sleep(time.Second)
		}
		return 200
	}
	go server.Serve()
	t.Cleanup(server.Close)
	address := fmt.Sprintf("127.0.0.1:%d", server.Port())
	plan := planFor("ws://"+address, "http://"+address, func(plan *Plan) {
		plan.Clients[0].Count = subscribers
		plan.Publishers[0].PerSecond = 100
		plan.Phases = []Phase{{Name: "all", Seconds: 2.5, Rate: 1, Measured: true}}
	})
	m := run(t, plan, Options{})
	expectCounts(t, m, Counts{Expected: 250 * subscribers, Delivered: 250 * subscribers, Accepted: 250})
	deliveries := decoded(t, m.Phases[1].Latencies["delivery"])
	slow := 1 - share(deliveries, 500_000)
	if slow < 0.17 || slow > 0.4 { // 50 of 250 events, on an idle machine
		t.Errorf("%.3f of the deliveries took more than half a second", slow)
	}
}

// Under too much load an answer comes after the event's time, and its deliveries with it. They make
// up for none of another event.
func TestWhatComesAfterItsTimeIsHeldAgainstItself(t *testing.T) {
	t.Parallel()
	var events atomic.Int64
	m := faulty(t, func(server *broadcast.Server) {
		server.Hold = func(string) {
			if events.Add(1) == 20 {
				time.Sleep(3 * time.Second) // its time is 1.5 s, and ends within a second of that
			}
		}
	})
	have := total(m)
	have.Reordered = 0 // it came behind others, as it must
	if want := (Counts{Expected: 2500, Delivered: 2450, Late: 50, Accepted: 50}); have != want {
		t.Errorf("counted %+v, want %+v", have, want)
	}
}
