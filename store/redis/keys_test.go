package redis_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/redis"
)

func TestKeysComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-c/%{}]{0,4}`), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
		k := bot.Key{Channel: part.Draw(t, "channel"), Chat: part.Draw(t, "chat"), Person: claim.PersonID(part.Draw(t, "person"))}
		text := redis.EncodeKey(k)
		if have, err := redis.DecodeKey(text); err != nil || have != k {
			t.Errorf("%q came back from %q as %q, %v", k, text, have, err)
		}
	})
}

func TestForeignKeys(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a/b", "a/b/c/d", "a/b/%zz"} {
		if k, err := redis.DecodeKey(text); err == nil {
			t.Errorf("%q was read as %q", text, k)
		}
	}
}

func TestURLErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ url, want string }{
		{"", "want redis://"},
		{"localhost:6379", "want redis://"},
		{"postgres://me:hunter2@host/db", "want redis://"},
		{"hunter2:6379", "want redis://"},
		{"unix://me:hunter2@/tmp/redis.sock", "want redis://"},
		{"redis://me:hun%zzter2@host", "want redis://"},
		{"redis://me:hun/ter2@host:6379", "want redis://"},
		{"redis://me:12/hunter2@host:6379", "want redis://"},
		{"redis://me:12?hunter2@host:6379", "want redis://"},
		{"redis://me:12?hunter2=1@host:6379", "want redis://"},
		{"redis://me:12#hunter2@host:6379", "want redis://"},
		{"redis://me:hunter2@host:6379/x", `invalid database number: "x"`},
		{"redis://me:hunter2@host:6379?coulour=red", "unexpected option: coulour"},
		{"redis://me:hunter2@host:6379?addr=other", "unable to parse addr param: other"},
		{"redis://me:hunter2@host:6379?addr=other:1&read_only=1", "masters only"},
		{"redis://me:hunter2@host:6379?addr=other:1&route_by_latency=1", "masters only"},
		{"redis://me:hunter2@host:6379?master_name=m&password=hunter2&replica_only=1", "masters only"},
		{"redis://me:hunter2@host:6379?master_name=m&password=hunter2&route_randomly=1", "masters only"},
		{"redis://me:hunter2@host:6379?master_name=m&password=hun@ter2&db=x", "invalid database number"},
		{"redis://me:hunter2@127.0.0.1:1?max_retries=-1", "refused"},
		{"redis://me:hunter2@127.0.0.1:1?max_retries=-1&addr=127.0.0.1:2", "refused"},
		{"redis://me:hunter2@127.0.0.1:1?max_retries=-1&master_name=m&password=hunter2", "sentinel"},
	} {
		s, err := redis.Open(t.Context(), c.url)
		if err == nil {
			s.Close()
			t.Errorf("%s was opened", c.url)
			continue
		}
		if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", c.url, err, c.want)
		}
		for _, secret := range []string{"hunter2", "ter2", "hun"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error shows %q of the password: %v", c.url, secret, err)
			}
		}
	}
}
