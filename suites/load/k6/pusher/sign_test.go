package pusher

import (
	"testing"
	"time"
)

// The vectors that Pusher's own documentation gives for its key, secret and requests.
var documented = Credentials{Key: "278d425bdf160c739803", Secret: "7ad3773142a6692b25b8"}

func TestChannelSignaturesAreTheDocumentedOnes(t *testing.T) {
	private := documented.Channel("1234.1234", "private-foobar", "")
	if want := "278d425bdf160c739803:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4"; private != want {
		t.Errorf("private: %s", private)
	}
	presence := documented.Channel("1234.1234", "presence-foobar", `{"user_id":10,"user_info":{"name":"Mr. Channels"}}`)
	if want := "278d425bdf160c739803:31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80"; presence != want {
		t.Errorf("presence: %s", presence)
	}
}

func TestRequestSignatureIsTheDocumentedOne(t *testing.T) {
	body := []byte(`{"name":"foo","channels":["project-3"],"data":"{\"some\":\"data\"}"}`)
	query := documented.Query("/apps/3/events", body, time.Unix(1353088179, 0))
	want := "auth_key=278d425bdf160c739803&auth_timestamp=1353088179&auth_version=1.0" +
		"&body_md5=ec365a775a4cd0599faeb73354201b6f" +
		"&auth_signature=da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c"
	if query != want {
		t.Errorf("got %s", query)
	}
}
