package bot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/optoste/supportbot/bot/claim"
)

// Links makes and checks the deep links that are printed as a QR on machines: the payload is the
// serial number and a signature, at most 64 of A-Z a-z 0-9 _ - (platform-facts.md 24). Who has the
// link stands before the machine, so it links a person to the machine's company (promise P7).
type Links struct{ key []byte }

// NewLinks returns links signed with a key of at least 32 bytes.
func NewLinks(key []byte) Links { return Links{key} }

// signature is how many bytes of the HMAC a payload carries.
const signature = 12

// Payload returns the signed payload of a machine; ok is false when its serial number is too long
// for a link.
func (l Links) Payload(s claim.Serial) (payload string, ok bool) {
	body := base64.RawURLEncoding.EncodeToString([]byte(s))
	payload = body + "_" + base64.RawURLEncoding.EncodeToString(l.sign(body))
	return payload, len(payload) <= 64
}

// Open returns the machine of a payload that we signed.
func (l Links) Open(payload string) (claim.Serial, bool) {
	i := len(payload) - base64.RawURLEncoding.EncodedLen(signature) - 1
	if i < 1 || payload[i] != '_' || len(payload) > 64 {
		return "", false
	}
	body := payload[:i]
	sig, err := base64.RawURLEncoding.DecodeString(payload[i+1:])
	if err != nil || !hmac.Equal(sig, l.sign(body)) {
		return "", false
	}
	serial, err := base64.RawURLEncoding.DecodeString(body)
	return claim.Serial(strings.ToUpper(string(serial))), err == nil
}

func (l Links) sign(body string) []byte {
	mac := hmac.New(sha256.New, l.key)
	mac.Write([]byte("machine-link\x00" + body))
	return mac.Sum(nil)[:signature]
}
