package redis

import (
	"context"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/optoste/supportbot/bot"
)

// OpenTest opens sessions whose keys begin with a prefix of their own and whose leases end by now.
func OpenTest(ctx context.Context, url, prefix string, now func() time.Time) (*Sessions, error) {
	return open(ctx, url, prefix, now)
}

// Client returns the client, to look at what is stored and to hook into calls.
func (s *Sessions) Client() goredis.UniversalClient { return s.client }

// SessionKey returns where a conversation is kept.
func (s *Sessions) SessionKey(k bot.Key) string {
	shard, member := s.shardOf(k)
	return shard.sessions + member
}

// Names of the constants and functions that tests look at.
const (
	Idle   = idle
	Layout = layout
)

var (
	EncodeKey = encodeKey
	DecodeKey = decodeKey
)

// Worst joins the findings of several servers.
func Worst(list, more []bot.Finding) []bot.Finding { return worst(list, more) }
