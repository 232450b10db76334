package pusher

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// Credentials of an app: its key is public, its secret signs.
type Credentials struct{ Key, Secret string }

func (c Credentials) mac(text string) string {
	h := hmac.New(sha256.New, []byte(c.Secret))
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}

// Channel admits one socket to one private or presence channel: `<key>:<hex>`. channelData is
// signed byte for byte as it will be sent; empty where there is none.
func (c Credentials) Channel(socketID, channel, channelData string) string {
	text := socketID + ":" + channel
	if channelData != "" {
		text += ":" + channelData
	}
	return c.Key + ":" + c.mac(text)
}

// Query signs one POST of body to path of the HTTP API and returns the query that proves it:
// method, path and the sorted query in one HMAC.
func (c Credentials) Query(path string, body []byte, now time.Time) string {
	sum := md5.Sum(body)
	var query strings.Builder
	query.WriteString("auth_key=")
	query.WriteString(c.Key)
	query.WriteString("&auth_timestamp=")
	query.WriteString(strconv.FormatInt(now.Unix(), 10))
	query.WriteString("&auth_version=1.0&body_md5=")
	query.WriteString(hex.EncodeToString(sum[:]))
	signature := c.mac("POST\n" + path + "\n" + query.String())
	return query.String() + "&auth_signature=" + signature
}
