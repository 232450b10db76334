package line

import (
	"testing"
	"time"
)

func TestAFloodEndsAConnectionAndManyMessagesOverALongTimeDoNot(t *testing.T) {
	steady, flooded := strays{}, strays{}
	for n := range int64(100_000) {
		if err := steady.add(n * int64(time.Second) / straysASecond); err != nil {
			t.Fatalf("message %d: %v", n, err)
		}
	}
	for n := range straysAtOnce {
		if err := flooded.add(1); err != nil {
			t.Fatalf("message %d: %v", n, err)
		}
	}
	if flooded.add(1) == nil {
		t.Fatal("a flood is taken for ordinary")
	}
}
