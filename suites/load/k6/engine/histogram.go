package engine

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// What a histogram can tell apart: three significant digits from a microsecond to two minutes.
const (
	lowest  = 1
	highest = 120_000_000
	digits  = 3
)

// Histogram counts durations, in microseconds.
type Histogram struct{ hdr *hdrhistogram.Histogram }

// NewHistogram makes an empty one, of some 150 kB.
func NewHistogram() *Histogram { return &Histogram{hdrhistogram.New(lowest, highest, digits)} }

// Record counts one duration, given in nanoseconds. What is beyond the range counts at its end.
func (h *Histogram) Record(nanos int64) {
	_ = h.hdr.RecordValue(within(nanos)) // within the range it cannot fail
}

// RecordEvery counts one duration of something that is sampled at an interval, and with a long one
// the samples that it kept from being taken.
func (h *Histogram) RecordEvery(nanos int64, interval time.Duration) {
	_ = h.hdr.RecordCorrectedValue(within(nanos), interval.Microseconds())
}

func within(nanos int64) int64 { return min(max(nanos/1000, 0), highest) }

// Add adds the counts of o.
func (h *Histogram) Add(o *Histogram) { h.hdr.Merge(o.hdr) }

// Count is how many durations there are.
func (h *Histogram) Count() int64 { return h.hdr.TotalCount() }

// Quantile is the duration in microseconds that this share of all does not exceed.
func (h *Histogram) Quantile(share float64) int64 { return h.hdr.ValueAtQuantile(share * 100) }

// Max is the longest duration, in microseconds.
func (h *Histogram) Max() int64 { return h.hdr.Max() }

// Reset forgets everything.
func (h *Histogram) Reset() { h.hdr.Reset() }

// Encode is HdrHistogram's own V2 compressed format in base64, which every implementation reads.
func (h *Histogram) Encode() (string, error) {
	text, err := h.hdr.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	return string(text), err
}
