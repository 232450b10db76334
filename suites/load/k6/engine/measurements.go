package engine

import (
	"slices"
	"time"
)

// Measurements are what a run ends with: suites/record/load/measurements.ts says what the fields mean.
type Measurements struct {
	Version     int             `json:"version"`
	Engine      string          `json:"engine"`
	Started     time.Time       `json:"startedAt"`
	Complete    bool            `json:"complete"`
	Part        PartMeasured    `json:"part"`
	Connections Connections     `json:"connections"`
	Phases      []PhaseMeasured `json:"phases"`
	Intervals   []Second        `json:"intervals"`
	Generator   Generator       `json:"generator"`
	Troubles    []TroubleSeen   `json:"troubles"`
}

// PartMeasured is what the merge of several parts needs beside the sums: see streams.go.
type PartMeasured struct {
	Index    int               `json:"index"`
	Of       int               `json:"of"`
	Machine  uint16            `json:"machine"`
	Accepted map[uint32]int64  `json:"accepted,omitempty"` // events, by stream of this part
	Gone     map[uint32]int64  `json:"gone,omitempty"`     // of those, client events that may have gone with their sender
	Origins  map[uint32]uint32 `json:"origins,omitempty"`  // the channel of each of those streams
	Heard    map[uint32]int64  `json:"heard,omitempty"`    // events, by stream of another part
	Members  map[uint32]int64  `json:"members,omitempty"`  // by channel
}

// Connections are counted when the last phase has ended.
type Connections struct {
	Planned  int `json:"planned"`
	Standing int `json:"standing"`
	Most     int `json:"most"` // at one time
}

// PhaseMeasured is what one phase brought; an event belongs to the phase it was sent in.
type PhaseMeasured struct {
	Name      string            `json:"name"`
	Seconds   float64           `json:"seconds"`
	Measured  bool              `json:"measured"`
	Counts    Counts            `json:"counts"`
	Latencies map[string]string `json:"latencies"`
}

// Second is one interval.
type Second struct {
	Second    int     `json:"second"`
	Phase     string  `json:"phase"`
	Standing  int     `json:"standing"`
	Delivered int64   `json:"delivered"`
	P50       int64   `json:"p50"`
	P99       int64   `json:"p99"`
	Max       int64   `json:"max"`
	CPU       float64 `json:"cpu"`
	RSS       int64   `json:"rss"`
}

// Generator is the condition of this process.
type Generator struct {
	CPUSeconds     float64 `json:"cpuSeconds"`
	MaxRSS         int64   `json:"maxRss"`
	SchedulerDelay string  `json:"schedulerDelay"`
	SendLag        string  `json:"sendLag"`
}

// TroubleSeen is one kind of thing that went wrong.
type TroubleSeen struct {
	What   string  `json:"what"`
	Detail string  `json:"detail"`
	First  float64 `json:"first"` // seconds since the run was opened
	Last   float64 `json:"last"`
	Count  int64   `json:"count"`
}

// measurements puts together what the shards, the publisher and the collector have.
func (r *Run) measurements(standing int, complete bool) (*Measurements, error) {
	m := &Measurements{
		Version: 1, Engine: "k6", Started: r.opened.UTC(), Complete: complete,
		Part:        r.part(),
		Connections: Connections{Planned: len(r.subscribers), Standing: standing, Most: r.Most()},
		Phases:      []PhaseMeasured{}, Intervals: []Second{}, Troubles: []TroubleSeen{},
	}
	m.Generator.CPUSeconds = (cpuTime() - r.own.cpu).Seconds()
	var err error
	encode := func(h *Histogram) string {
		text, failed := h.Encode()
		if failed != nil {
			err = failed
		}
		return text
	}
	m.Generator.SchedulerDelay, m.Generator.SendLag = encode(r.own.delay), encode(r.own.lag)
	for i, phase := range r.phaseList {
		tally := r.Tally(i)
		measured := PhaseMeasured{phase.Name, phase.Seconds, phase.Measured, tally.Counts, map[string]string{}}
		for kind, histogram := range tally.Latencies {
			if histogram != nil {
				measured.Latencies[Kind(kind).String()] = encode(histogram)
			}
		}
		m.Phases = append(m.Phases, measured)
	}
	for _, interval := range r.intervals {
		m.Intervals = append(m.Intervals, interval)
		m.Generator.MaxRSS = max(m.Generator.MaxRSS, interval.RSS)
	}
	for _, trouble := range r.troubles.all() {
		m.Troubles = append(m.Troubles, TroubleSeen{
			trouble.What, trouble.Detail, r.since(trouble.First), r.since(trouble.Last), trouble.Count,
		})
	}
	return m, err
}

// Worst is the trouble that there was most of; nil where there was none.
func (m *Measurements) Worst() (worst *TroubleSeen) {
	for i := range m.Troubles {
		if worst == nil || m.Troubles[i].Count > worst.Count {
			worst = &m.Troubles[i]
		}
	}
	return worst
}

func (r *Run) since(at Nanos) float64 { return float64(at-r.openedAt) / 1e9 }

func (r *Run) part() PartMeasured {
	part := PartMeasured{Index: r.options.Part.Index, Of: r.options.Part.Of, Machine: machine}
	if part.Of > 1 {
		part.Accepted, part.Gone, part.Heard = r.taken, r.gone, r.heard
		part.Origins, part.Members = map[uint32]uint32{}, map[uint32]int64{}
		for stream := range r.taken {
			part.Origins[stream], _, _ = r.origin(stream)
		}
		for _, s := range r.subscribers {
			for i := range s.wanted {
				// Of one that came later nobody knows what others published before.
				if s.wanted[i].owed && s.wanted[i].since <= r.began {
					part.Members[s.wanted[i].channel]++
				}
			}
		}
	}
	return part
}

// Counts are those of all phases until now.
func (r *Run) Counts() (sum Counts) {
	for i := range r.phaseList {
		sum.Add(r.counts(i))
	}
	return sum
}

func (r *Run) counts(phase int) (sum Counts) {
	for _, shard := range r.shards {
		shard.Lock()
		sum.Add(shard.phases[phase].Counts)
		shard.Unlock()
	}
	r.own.Lock()
	defer r.own.Unlock()
	sum.Add(r.own.phases[phase].Counts)
	return sum
}

// Whole is all that was measured in the phases that are.
func (r *Run) Whole() *Tally {
	sum := &Tally{}
	for i, phase := range r.phaseList {
		if phase.Measured {
			sum.Add(r.Tally(i))
		}
	}
	return sum
}

// Unjudged names the objectives of which nothing was measured: not known is not met.
func (r *Run) Unjudged() (metrics []string) {
	whole := r.Whole()
	figures := whole.Figures()
	for _, objective := range r.plan.Objectives {
		kind := slices.Index(kindNames[:], objective.Metric)
		if _, known := figures[objective.Metric]; !known && (kind < 0 || whole.Latencies[kind] == nil) {
			metrics = append(metrics, objective.Metric)
		}
	}
	return metrics
}

// Tally is all that was measured of one phase.
func (r *Run) Tally(phase int) *Tally {
	sum := &Tally{}
	for _, shard := range r.shards {
		shard.Lock()
		sum.Add(&shard.phases[phase])
		shard.Unlock()
	}
	r.own.Lock()
	defer r.own.Unlock()
	sum.Add(&r.own.phases[phase])
	return sum
}

func (i Interval) second() Second {
	return Second{
		Second: i.Second, Phase: i.Phase, Standing: i.Standing, CPU: i.CPU, RSS: i.RSS,
		Delivered: i.Deliveries.Count(),
		P50:       i.Deliveries.Quantile(0.5), P99: i.Deliveries.Quantile(0.99), Max: i.Deliveries.Max(),
	}
}
