package redis

import (
	"fmt"
	"hash/fnv"
	"net/url"
	"strconv"
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// layout begins every key. Its number changes when other things are kept under the same names; what
// an older layout kept is then left to expire, and comes back from the snapshots.
const layout = "supportbot:1:"

// shards must not change either without a new layout.
const shards = 256

// shard holds the names of one shard's keys.
type shard struct{ sessions, wake, epoch string }

func newShards(prefix string) *[shards]shard {
	var list [shards]shard
	for i := range list {
		tag := prefix + "{" + strconv.Itoa(i) + "}:"
		list[i] = shard{sessions: tag + "s:", wake: tag + "wake", epoch: tag + "epoch"}
	}
	return &list
}

// shardOf returns the shard that a conversation belongs to, and its name within.
func (s *Sessions) shardOf(k bot.Key) (*shard, string) {
	member := encodeKey(k)
	h := fnv.New32a()
	_, _ = h.Write([]byte(member)) // cannot fail
	return &s.shards[h.Sum32()%shards], member
}

// encodeKey writes a conversation's key so that no two are the same.
func encodeKey(k bot.Key) string {
	return url.PathEscape(k.Channel) + "/" + url.PathEscape(k.Chat) + "/" + url.PathEscape(string(k.Person))
}

func decodeKey(member string) (bot.Key, error) {
	parts := strings.Split(member, "/")
	if len(parts) != 3 {
		return bot.Key{}, fmt.Errorf("%q does not name a conversation", member)
	}
	for i, part := range parts {
		var err error
		if parts[i], err = url.PathUnescape(part); err != nil {
			return bot.Key{}, fmt.Errorf("%q does not name a conversation: %w", member, err)
		}
	}
	return bot.Key{Channel: parts[0], Chat: parts[1], Person: claim.PersonID(parts[2])}, nil
}
