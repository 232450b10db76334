package engine

import (
	"encoding/json"
	"strings"
	"testing"

	"plumbline/load/k6/pusher"
)

func TestWhatWasAlteredOnItsWayIsNotOpened(t *testing.T) {
	sealing := newSealing([]string{"public", "private-encrypted-x"}, "secret")
	if sealing.seal(0, "plain") != "plain" {
		t.Error("a channel that is not encrypted is sealed")
	}
	message := func(data string) pusher.Message {
		text, _ := json.Marshal(data)
		return pusher.Message{Data: text}
	}
	sealed := sealing.seal(1, "hammer price 120")
	if data, err := sealing.open(1, message(sealed)); err != nil || string(data) != "hammer price 120" {
		t.Fatalf("opened as %q, %v", data, err)
	}
	var parts sealedData
	if err := json.Unmarshal([]byte(sealed), &parts); err != nil {
		t.Fatal(err)
	}
	parts.Ciphertext[0] ^= 1
	altered, _ := json.Marshal(parts)
	for says, data := range map[string]string{"altered": string(altered), "not sealed": `{"price":120}`} {
		if _, err := sealing.open(1, message(data)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}
