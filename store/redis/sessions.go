package redis

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/optoste/supportbot/bot"
)

const (
	// idle is how long a conversation is remembered after its last turn began.
	idle = 30 * 24 * time.Hour
	// patience bounds a call together with its repetitions: well below the engine's lease.
	patience = 8 * time.Second
)

var errClosed = errors.New("sessions are closed")

// Sessions implements [bot.Sessions]. It is safe for concurrent use.
type Sessions struct {
	client                     goredis.UniversalClient
	now                        func() time.Time // nil = the server's clock; tests set it
	shards                     *[shards]shard
	probe, open, save, release *goredis.Script
	prefix                     string // begins every key
	hold, take                 *goredis.Script
	closed                     atomic.Bool
}

var _ bot.Sessions = (*Sessions)(nil)

// Open connects to the Redis of a URL, redis:// or (with TLS) rediss://. With addr=host:port, as
// often as there are more nodes, it is a Cluster; with master_name=name the URL names the sentinels.
// Other options are those of go-redis. No error shows the URL.
func Open(ctx context.Context, url string) (*Sessions, error) {
	return open(ctx, url, layout, nil)
}

func open(ctx context.Context, url, prefix string, now func() time.Time) (*Sessions, error) {
	client, err := connect(url)
	if err != nil {
		return nil, fmt.Errorf("open sessions in Redis: %w", err)
	}
	s := &Sessions{
		client: client, now: now, shards: newShards(prefix),
		probe: goredis.NewScript(probeScript), open: goredis.NewScript(openScript),
		save: goredis.NewScript(saveScript), release: goredis.NewScript(releaseScript),
		prefix: prefix, hold: goredis.NewScript(holdScript), take: goredis.NewScript(takeScript),
	}
	if err := s.Ping(ctx); err != nil {
		return nil, fmt.Errorf("open sessions in Redis: %w", errors.Join(err, client.Close()))
	}
	return s, nil
}

// Ping tells whether Redis answers and allows what is needed. On a Cluster it asks one node.
func (s *Sessions) Ping(ctx context.Context) error {
	if _, err := s.run(ctx, s.probe, []string{s.shards[0].epoch}); err != nil {
		return fmt.Errorf("ask Redis for its replication id: %w", err)
	}
	return nil
}

// Open implements [bot.Sessions].
func (s *Sessions) Open(ctx context.Context, k bot.Key, inbound string, lease time.Duration) (bot.Session, error) {
	shard, member := s.shardOf(k)
	token := rand.Text()
	reply, err := s.run(ctx, s.open, []string{shard.sessions + member, shard.epoch},
		s.time(), token, lease.Microseconds(), inbound, idle.Milliseconds())
	if errors.Is(err, goredis.Nil) {
		err = bot.ErrBusy
	}
	if err != nil {
		return bot.Session{}, fmt.Errorf("open session: %w", err)
	}
	session, err := decodeReply(reply)
	if err != nil {
		return bot.Session{}, fmt.Errorf("decode session: %w", err)
	}
	session.Key, session.Lease = k, token
	return session, nil
}

// decodeReply reads what the script of Open returns.
func decodeReply(reply any) (bot.Session, error) {
	list, _ := reply.([]any)
	if len(list) != 6 {
		return bot.Session{}, fmt.Errorf("unknown reply %T of %d parts", reply, len(list))
	}
	var text [6]string
	for i, part := range list {
		text[i], _ = part.(string)
	}
	attempts, _ := list[3].(int64)
	var session bot.Session
	err := errors.Join(decode(text[1], &session), decode(text[2], &session.Unsent))
	if err != nil {
		return bot.Session{}, err
	}
	if session.Version, err = strconv.ParseInt(text[0], 10, 64); err != nil {
		return bot.Session{}, fmt.Errorf("read version: %w", err)
	}
	session.Attempts, session.Current, session.Board = int(attempts), text[4], bot.MessageID(text[5])
	return session, nil
}

// Save implements [bot.Sessions]. The stored session has the epoch that Open told: if the memory was
// lost since, the next Open tells another one.
func (s *Sessions) Save(ctx context.Context, session bot.Session, wake time.Time, lease time.Duration) error {
	shard, member := s.shardOf(session.Key)
	version := session.Version
	session.Version++
	session.Epoch = session.Current
	var unsent []byte
	if len(session.Unsent) > 0 {
		var err error
		if unsent, err = json.Marshal(session.Unsent); err != nil {
			return fmt.Errorf("encode unsent messages: %w", err)
		}
	}
	data, err := json.Marshal(session)
	if err != nil {
		return fmt.Errorf("encode session: %w", err)
	}
	saved, err := s.run(ctx, s.save, []string{shard.sessions + member, shard.wake},
		s.time(), session.Lease, lease.Microseconds(), version, session.Version, data, unsent, micro(wake), member, rand.Text())
	if err == nil && saved != int64(1) {
		err = bot.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	return nil
}

// Release implements [bot.Sessions]. A lease that is not ours any more is left alone.
func (s *Sessions) Release(ctx context.Context, session bot.Session, f bot.Finish) error {
	shard, member := s.shardOf(session.Key)
	if _, err := s.run(ctx, s.release, []string{shard.sessions + member, shard.wake},
		session.Lease, f.Forgive, f.Sent, micro(f.Wake), member, string(f.Board)); err != nil {
		return fmt.Errorf("release session: %w", err)
	}
	return nil
}

// Due implements [bot.Sessions]. It asks all shards at once: one round trip to each server.
func (s *Sessions) Due(ctx context.Context, now time.Time, limit int) ([]bot.Key, error) {
	if limit <= 0 {
		return nil, nil
	}
	found, err := s.dueMembers(ctx, now, limit)
	if err != nil {
		return nil, fmt.Errorf("list due sessions: %w", err)
	}
	slices.SortStableFunc(found, func(a, b goredis.Z) int { return cmp.Compare(a.Score, b.Score) })
	found = found[:min(limit, len(found))]
	list := make([]bot.Key, len(found))
	for i, z := range found {
		member, _ := z.Member.(string)
		if list[i], err = decodeKey(member); err != nil {
			return nil, fmt.Errorf("list due sessions: %w", err)
		}
	}
	return list, nil
}

func (s *Sessions) dueMembers(ctx context.Context, now time.Time, limit int) ([]goredis.Z, error) {
	var replies [shards]*goredis.ZSliceCmd
	err := s.call(ctx, func(ctx context.Context) error {
		pipe := s.client.Pipeline()
		for i := range replies {
			replies[i] = pipe.ZRangeArgsWithScores(ctx, goredis.ZRangeArgs{
				Key: s.shards[i].wake, ByScore: true, Start: "-inf", Stop: now.UnixMicro(), Count: int64(limit),
			})
		}
		_, err := pipe.Exec(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	var found []goredis.Z
	for _, reply := range replies {
		found = append(found, reply.Val()...)
	}
	return found, nil
}

// Close ends the connections. A second Close does nothing.
func (s *Sessions) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	if err := s.client.Close(); err != nil {
		return fmt.Errorf("close sessions: %w", err)
	}
	return nil
}

// run runs a script by its hash; a server that does not know it yet gets its text.
func (s *Sessions) run(ctx context.Context, script *goredis.Script, keys []string, args ...any) (reply any, err error) {
	err = s.call(ctx, func(ctx context.Context) (err error) {
		reply, err = script.Run(ctx, s.client, keys, args...).Result()
		return err
	})
	return reply, err
}

// call bounds what f does, and says clearly when its error comes from the context or from Close.
func (s *Sessions) call(ctx context.Context, f func(ctx context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := f(bounded)
	switch {
	case err == nil || errors.Is(err, goredis.Nil):
		return err
	case s.closed.Load():
		return errClosed
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		return err
	}
}

// time is the present time for a script; empty = the server's.
func (s *Sessions) time() string {
	if s.now == nil {
		return ""
	}
	return micro(s.now())
}

// micro writes microseconds since 1970, and nothing for the zero time.
func micro(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.UnixMicro(), 10)
}

// decode reads JSON into v; an empty text leaves it as it is.
func decode(text string, v any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), v)
}
