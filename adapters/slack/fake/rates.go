package fake

import "time"

// Limits are the rates at which the server answers 429. The zero value has none.
type Limits struct {
	Chat      Rate // messages of one chat
	Workspace Rate // messages of all chats together
	Method    Rate // calls of every other method, each on its own
}

// Rate lets Burst calls through at once, and one more every Every. The zero value lets all through.
type Rate struct {
	Every time.Duration
	Burst int
}

// RealLimits are those of platform-facts.md 86: one message a second and chat with short bursts, some
// hundred a minute in the workspace, and 50 calls a minute of a method.
func RealLimits() Limits {
	return Limits{
		Chat:      Rate{Every: time.Second, Burst: 4},
		Workspace: Rate{Every: time.Second / 10, Burst: 100},
		Method:    Rate{Every: time.Minute / 50, Burst: 50},
	}
}

// rates keep until when what has been let through counts.
type rates map[string]time.Time

// rate refuses a call that comes too soon.
func (s *Server) rate(c *call) error {
	switch c.method {
	case "chat.postMessage", "chat.postEphemeral":
		if err := s.within("chat "+c.args["channel"], s.cfg.Limits.Chat); err != nil {
			return err
		}
		return s.within("workspace", s.cfg.Limits.Workspace)
	default:
		return s.within(c.method, s.cfg.Limits.Method)
	}
}

func (s *Server) within(key string, r Rate) error {
	if r.Every == 0 {
		return nil
	}
	now := s.now()
	full := s.rates[key]
	if full.Before(now) {
		full = now
	}
	full = full.Add(r.Every)
	if over := full.Sub(now) - time.Duration(r.Burst)*r.Every; over > 0 {
		return tooMany(over)
	}
	s.rates[key] = full
	return nil
}
