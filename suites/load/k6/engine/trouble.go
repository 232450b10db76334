package engine

import (
	"cmp"
	"regexp"
	"slices"
	"sync"
)

// Trouble is one thing that went wrong, however often: when first, when last, how many times.
type Trouble struct {
	What        string // where it happened: dial, subscribe, connection, publish, …
	Detail      string // as the server or the kernel said it, cut to 200 bytes
	First, Last Nanos
	Count       int64
}

// troubles bounds what a hostile server can make this process remember.
const troubles = 200

// troubleLog counts troubles by what they are.
type troubleLog struct {
	sync.Mutex
	known map[[2]string]*Trouble
}

// ports are those of this machine in the kernel's words: each connection has another, and the
// trouble is the same.
var ports = regexp.MustCompile(`\S+:\d+->`)

// note counts one trouble of this moment.
func (l *troubleLog) note(what, detail string) { l.add(what, detail, Now(), 1) }

// add counts troubles of one moment; it takes off those that turned out to be none, where count is
// negative.
func (l *troubleLog) add(what, detail string, at Nanos, count int64) {
	detail = ports.ReplaceAllString(detail, "")
	detail = detail[:min(len(detail), 200)]
	l.Lock()
	defer l.Unlock()
	trouble := l.known[[2]string{what, detail}]
	if trouble == nil {
		if len(l.known) >= troubles {
			detail = "(and others)"
			trouble = l.known[[2]string{what, detail}]
		}
		if trouble == nil {
			trouble = &Trouble{What: what, Detail: detail, First: at, Last: at}
			if l.known == nil {
				l.known = map[[2]string]*Trouble{}
			}
			l.known[[2]string{what, detail}] = trouble
		}
	}
	trouble.First, trouble.Last = min(trouble.First, at), max(trouble.Last, at)
	trouble.Count += count
}

// all lists the troubles in the order of their first moments.
func (l *troubleLog) all() []Trouble {
	l.Lock()
	defer l.Unlock()
	list := make([]Trouble, 0, len(l.known))
	for _, trouble := range l.known {
		if trouble.Count > 0 {
			list = append(list, *trouble)
		}
	}
	slices.SortFunc(list, func(a, b Trouble) int { return cmp.Compare(a.First, b.First) })
	return list
}
