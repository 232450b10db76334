package engine

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/nacl/secretbox"

	"plumbline/load/k6/pusher"
)

// sealedData is the data of an event on an encrypted channel, as the protocol has it.
type sealedData struct {
	Nonce      []byte `json:"nonce"`
	Ciphertext []byte `json:"ciphertext"`
}

// sealing holds the keys of encrypted channels. Servers never learn them, so the load makes its
// own, the same in every part of a plan.
type sealing struct {
	keys map[uint32]*atomic.Pointer[[32]byte]
}

func newSealing(channels []string, secret string) sealing {
	s := sealing{map[uint32]*atomic.Pointer[[32]byte]{}}
	for i, name := range channels {
		if strings.HasPrefix(name, "private-encrypted-") {
			key := sha256.Sum256([]byte(name + secret))
			s.keys[uint32(i)] = &atomic.Pointer[[32]byte]{}
			s.keys[uint32(i)].Store(&key)
		}
	}
	return s
}

// learn takes the key that an application has given for a channel.
func (s sealing) learn(channel uint32, secret []byte) {
	if key := s.keys[channel]; key != nil && len(secret) == 32 {
		key.Store((*[32]byte)(secret))
	}
}

// seal makes what is published on a channel of an event's data.
func (s sealing) seal(channel uint32, data string) string {
	key := s.keys[channel]
	if key == nil {
		return data
	}
	var nonce [24]byte
	_, _ = rand.Read(nonce[:]) // never fails
	sealed, _ := json.Marshal(sealedData{nonce[:], secretbox.Seal(nil, []byte(data), &nonce, key.Load())})
	return string(sealed)
}

// open finds the data in a message of a channel, sealed or not.
func (s sealing) open(channel uint32, message pusher.Message) ([]byte, error) {
	var data sealedData
	if err := message.Decode(&data); err != nil || len(data.Nonce) != 24 {
		return nil, fmt.Errorf("an event of an encrypted channel that is not sealed: %.100q", message.Data)
	}
	opened, ok := secretbox.Open(nil, data.Ciphertext, (*[24]byte)(data.Nonce), s.keys[channel].Load())
	if !ok {
		return nil, fmt.Errorf("an event that was altered on its way: %.100q", base64.StdEncoding.EncodeToString(data.Ciphertext))
	}
	return opened, nil
}
