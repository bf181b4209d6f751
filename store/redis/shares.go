package redis

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/optoste/supportbot/bot"
)

var (
	_ bot.Leases = (*Sessions)(nil)
	_ bot.Limits = (*Sessions)(nil)
)

const (
	// KEYS: lease. ARGV: now, owner, time (µs).
	holdScript = clock + `
local have = redis.call('HMGET', KEYS[1], 'owner', 'until')
if have[1] and have[1] ~= ARGV[2] and tonumber(have[2]) > now then
	return 0
end
redis.call('HSET', KEYS[1], 'owner', ARGV[2], 'until', expiry(ARGV[3]))
redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[3] / 1000))
return 1
`
	// KEYS: bucket. ARGV: now, time for one (µs), time for all that may be taken (µs). The bucket is the
	// time at which it will be full again (the "generic cell rate algorithm"). A repeated call takes two,
	// which errs on the safe side.
	takeScript = clock + `
local full = tonumber(redis.call('GET', KEYS[1])) or 0
if full < now then
	full = now
end
full = full + ARGV[2]
local wait = full - now - ARGV[3]
if wait > 0 then
	return wait
end
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
return 0
`
)

// Hold implements [bot.Leases].
func (s *Sessions) Hold(ctx context.Context, name, owner string, ttl time.Duration) (bool, error) {
	got, err := s.run(ctx, s.hold, []string{s.key("lease", name)}, s.time(), owner, ttl.Microseconds())
	if err != nil {
		return false, fmt.Errorf("take lease: %w", err)
	}
	return got == int64(1), nil
}

// Take implements [bot.Limits].
func (s *Sessions) Take(ctx context.Context, bucket string, r bot.Rate) (wait time.Duration, err error) {
	one := r.Every.Microseconds()
	if r.Burst <= 0 || one <= 0 {
		return 0, nil
	}
	room := max(1, int64(r.Burst-r.Leave)) * one
	reply, err := s.run(ctx, s.take, []string{s.key("limit", bucket)}, s.time(), one, room)
	if err != nil {
		return 0, fmt.Errorf("take from limit: %w", err)
	}
	micros, _ := reply.(int64)
	return time.Duration(micros) * time.Microsecond, nil
}

// key names a lease or a bucket. It is its own hash tag, so that on a Cluster they spread.
func (s *Sessions) key(kind, name string) string {
	return s.prefix + "{" + kind + ":" + url.PathEscape(name) + "}"
}
