package engine

import "testing"

func TestTheSameTroubleOfManyConnectionsIsOne(t *testing.T) {
	var log troubleLog
	log.note("connect", "read tcp 127.0.0.1:42676->127.0.0.1:6001: i/o timeout")
	log.note("connect", "read tcp [::1]:42686->127.0.0.1:6001: i/o timeout")
	all := log.all()
	if len(all) != 1 || all[0].Count != 2 || all[0].Detail != "read tcp 127.0.0.1:6001: i/o timeout" {
		t.Errorf("noted %+v", all)
	}
}
