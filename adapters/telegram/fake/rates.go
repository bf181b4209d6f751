package fake

import (
	"strings"
	"time"
)

// Limits are how fast the bot may send. The zero value of each is: without limit.
type Limits struct {
	Second int // messages and edits a second in all
	Chat   int // a second in one chat
	Burst  int // so many may come at once in one chat
	Group  int // a minute in one group
}

// RealLimits are about those of the real server, which tells no exact figures (platform-facts.md 33).
func RealLimits() Limits { return Limits{Second: 30, Chat: 1, Burst: 3, Group: 20} }

// rates are what was sent lately.
type rates struct {
	all   bucket
	chats map[int64]*bucket
	group map[int64][]time.Time
}

// bucket holds what may be sent at once; it fills up with time.
type bucket struct {
	left float64
	at   time.Time
}

// wait returns how long until n may be taken.
func (b *bucket) wait(now time.Time, n, perSecond, most float64) time.Duration {
	if b.at.IsZero() {
		b.left, b.at = most, now
	}
	b.left = min(b.left+now.Sub(b.at).Seconds()*perSecond, most)
	b.at = now
	if missing := min(n, most) - b.left; missing > 0 {
		return time.Duration(missing / perSecond * float64(time.Second))
	}
	return 0
}

// rate refuses what comes too fast. What is refused does not count.
func (s *Server) rate(c *call) error {
	if !strings.HasPrefix(c.method, "send") && !strings.HasPrefix(c.method, "editMessage") || c.method == "sendChatAction" {
		return nil
	}
	l, now, n := s.cfg.Limits, s.now(), c.weight()
	if s.rates.chats == nil {
		s.rates.chats, s.rates.group = map[int64]*bucket{}, map[int64][]time.Time{}
	}
	id := c.log.Chat
	if s.rates.chats[id] == nil {
		s.rates.chats[id] = &bucket{}
	}
	var wait time.Duration
	if l.Second > 0 {
		wait = s.rates.all.wait(now, n, float64(l.Second), float64(l.Second))
	}
	if l.Chat > 0 {
		wait = max(wait, s.rates.chats[id].wait(now, n, float64(l.Chat), float64(max(l.Burst, 1))))
	}
	if l.Group > 0 && id < 0 {
		wait = max(wait, s.groupWait(id, l.Group, now))
	}
	if wait > 0 {
		return tooMany(wait)
	}
	s.rates.all.left -= n
	s.rates.chats[id].left -= n
	for range int(n) {
		s.rates.group[id] = append(s.rates.group[id], now)
	}
	return nil
}

// groupWait returns how long until a group takes another message.
func (s *Server) groupWait(id int64, most int, now time.Time) time.Duration {
	recent := s.rates.group[id]
	for len(recent) > 0 && now.Sub(recent[0]) >= time.Minute {
		recent = recent[1:]
	}
	s.rates.group[id] = recent
	if len(recent) < most {
		return 0
	}
	return recent[len(recent)-most].Add(time.Minute).Sub(now)
}

// weight is how many messages a call sends: an album counts by item (platform-facts.md 33).
func (c *call) weight() float64 {
	var items []item
	if c.method != "sendMediaGroup" || c.json("media", &items) != nil || len(items) == 0 {
		return 1
	}
	return float64(len(items))
}
