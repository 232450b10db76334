package engine

import (
	"encoding/json"
	"testing"
)

func TestAStampSurvivesJSONWithinJSON(t *testing.T) {
	for _, sent := range []stamp{
		{}, {machine, true, 3, 7, 42, Now()}, {0xFFFF, false, 0xFF, 0xFFFFFFFF, 0xFFFFFFFF, 1<<62 - 1},
	} {
		data, _ := json.Marshal(map[string]any{"amount": 12, "at": string(sent.append(nil)), "note": "<é>"})
		message, _ := json.Marshal(map[string]any{"event": "BidPlaced", "channel": "private-x", "data": string(data)})
		have, ok := findStamp(message)
		if !ok || have != sent {
			t.Errorf("sent %+v, found %+v in %s", sent, have, message)
		}
	}
}

func TestWhatOnlyLooksLikeAStampIsNone(t *testing.T) {
	whole := string(stamp{sequence: 5}.append(nil))
	for _, text := range []string{
		"", "@plumbline:", whole[:len(whole)-1], whole[:len(whole)-1] + "!", whole[:13] + "g" + whole[14:], whole[:15] + "-" + whole[16:],
	} {
		if have, ok := findStamp([]byte(text)); ok {
			t.Errorf("%q is read as %+v", text, have)
		}
	}
}
