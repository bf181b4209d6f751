package bot

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// Session is one conversation's memory: a few kilobytes of JSON.
type Session struct {
	Key     Key             `json:"key"`
	Version int64           `json:"version"` // grows by one with every Save
	Epoch   string          `json:"epoch"`   // the session store's own identity when it was saved
	Person  claim.Person    `json:"person"`
	Lang    string          `json:"lang,omitempty"` // the platform's language when the person wrote last
	To      Address         `json:"to"`             // where the person wrote last
	Seen    []string        `json:"seen,omitempty"`
	Sent    time.Time       `json:"sent,omitzero"`    // by the platform's clock: the last message worked
	Order   int64           `json:"order,omitempty"`  // of the last message worked
	Skew    *time.Duration  `json:"skew,omitempty"`   // smallest delay seen between sending and arriving, clock difference included
	Frames  []Frame         `json:"frames,omitempty"` // the last one is on top: it is being asked
	Frame   int             `json:"frame"`            // frames made so far; numbers the next one
	Timers  []Timer         `json:"timers,omitempty"`
	Shown   []Choice        `json:"shown,omitempty"`   // the buttons under the last message: a typed "2" means the second
	Pressed []ChoiceID      `json:"pressed,omitempty"` // taken lately: a second press is told from an outdated one
	Filed   []Filed         `json:"filed,omitempty"`   // which messages became part of which claim
	Letters []Posted        `json:"letters,omitempty"` // what an engineer has sent to customers
	Used    map[Quota]Meter `json:"used,omitempty"`    // never changed in place
	Coming  []Coming        `json:"coming,omitempty"`  // files that are being fetched
	Passed  Passed          `json:"passed,omitzero"`   // the album that an engineer answered with last
	Gone    bool            `json:"gone,omitempty"`    // the person has blocked the bot
	Active  time.Time       `json:"active,omitzero"`   // when the person wrote last, by our clock
	Nudged  time.Time       `json:"nudged,omitzero"`   // the Active of the silence that was reminded of: never twice

	// Kept by the session store beside the memory, not in it and not in snapshots: replies that are
	// decided and saved, but not yet known to be sent.
	Unsent []Outgoing `json:"-"`
	// Kept in the same way: the message whose buttons belong to the question that is open; empty = none
	// that is known.
	Board MessageID `json:"-"`
	// Said is what may not have been sent. A snapshot keeps the replies of its turn here, for nothing tells
	// it when they were; in the session store there is only what came from a snapshot. When the same
	// inbound comes once more, and nothing else was said meanwhile, it is said again.
	Said []Outgoing `json:"said,omitempty"`

	// Not stored: what Open tells beside the memory.
	Lease    string `json:"-"` // proves that the lease is ours
	Attempts int    `json:"-"` // starts of this very inbound without a finish, this one included
	Current  string `json:"-"` // the session store's identity now; see Epoch
}

// maxSeen is how many inbound ids a session remembers, maxFiled how many filed messages and
// maxPressed how many pressed buttons.
const (
	maxSeen    = 64
	maxFiled   = 64
	maxPressed = 32
)

// FrameID names a frame within its session: "1", "2", ...
type FrameID string

// Frame is one flow in progress: a draft, a paused procedure, a question from outside.
type Frame struct {
	ID      FrameID         `json:"id"`
	Flow    string          `json:"flow"`
	Step    StepID          `json:"step"`
	State   json.RawMessage `json:"state"`
	Version int             `json:"version"` // grows each time the frame is asked: buttons carry it
	Args    Args            `json:"args,omitzero"`
	From    StepID          `json:"from,omitempty"` // the later step from which this one was reached, for "back"
	Asked   time.Time       `json:"asked,omitzero"` // when the present question was decided, by our clock
	Answers []Answered      `json:"answers,omitempty"`

	live any // State decoded, within a turn
}

// Answered remembers which message answered which step, so that its edit finds the answer.
type Answered struct {
	Message MessageID `json:"message"`
	Step    StepID    `json:"step"`
	Text    string    `json:"text,omitempty"`
}

// Filed remembers that a message became part of a claim, with its present wording.
type Filed struct {
	Message MessageID `json:"message"`
	Claim   claim.ID  `json:"claim"`
	Text    string    `json:"text,omitempty"`
	Frame   FrameID   `json:"frame,omitempty"` // the draft that became the claim
}

// Posted remembers which message of an engineer was sent to a customer, so that its edit corrects what was sent.
type Posted struct {
	Message MessageID `json:"message"`
	Claim   claim.ID  `json:"claim"`
	Letter  string    `json:"letter"`
	Flow    string    `json:"flow"`           // by which it was sent
	Text    string    `json:"text,omitempty"` // as the customer reads it
}

// Passed is an album of which an item has gone to a customer: those that arrive after it go there, too. The
// zero value is none.
type Passed struct {
	Album string   `json:"album"`
	Claim claim.ID `json:"claim"`
	Flow  string   `json:"flow"` // by which it went
}

// Timer is a wish to be woken. It names the frame and the version it was made for.
type Timer struct {
	Name    string    `json:"name"`
	Frame   FrameID   `json:"frame"`
	Version int       `json:"version"`
	At      time.Time `json:"at"`
}

// Wake returns when the session next needs work of its own accord: a timer, or replies that a
// crash left unsent. The zero time means never.
func (s Session) Wake(unsent time.Time) time.Time {
	var at time.Time
	if len(s.Unsent) > 0 {
		at = unsent
	}
	for _, t := range s.Timers {
		if at.IsZero() || t.At.Before(at) {
			at = t.At
		}
	}
	return at
}

// repeat has those of Said sent whose ids begin so: a process died before it had sent them, or while it did,
// and then the session store was lost.
func (s *Session) repeat(prefix string) {
	var rest []Outgoing
	for _, o := range s.Said {
		if strings.HasPrefix(o.ID, prefix) {
			s.Unsent = append(s.Unsent, o)
		} else {
			rest = append(rest, o)
		}
	}
	s.Said = rest
}

// repeatLast has what the last turn said sent once more, as far as nothing tells that it was.
func (s *Session) repeatLast() {
	if n := len(s.Said); n > 0 {
		id := s.Said[n-1].ID
		s.repeat(id[:strings.LastIndexByte(id, '/')+1])
	}
}

// readTime is what it takes at least to read an answer and to write again.
const readTime = 300 * time.Millisecond

// unread tells whether somebody wrote before there was an answer to the message before, which is worked only
// now: that it came does not mean that the answer had been seen.
func (s Session) unread(in Inbound, now time.Time) bool {
	apart := in.Sent.Sub(s.Sent)
	return in.Order != 0 && apart.Abs() < readTime && now.Sub(s.Active) > apart
}

// doubtTime is how long Said goes on from turn to turn, while nothing else is said.
const doubtTime = 10 * time.Minute

// What the house says of its own accord nobody delivers again.
const (
	wakePrefix  = "wake/"
	nudgePrefix = "nudge/"
)

// owes tells whether something of Said was said of the house's own accord.
func (s Session) owes() bool {
	return slices.ContainsFunc(s.Said, func(o Outgoing) bool {
		return strings.HasPrefix(o.ID, wakePrefix) || strings.HasPrefix(o.ID, nudgePrefix)
	})
}

// top returns the frame that is being asked, or nil.
func (s *Session) top() *Frame {
	if len(s.Frames) == 0 {
		return nil
	}
	return &s.Frames[len(s.Frames)-1]
}

// frame returns the frame of this name, or nil.
func (s *Session) frame(id FrameID) *Frame {
	for i := range s.Frames {
		if s.Frames[i].ID == id {
			return &s.Frames[i]
		}
	}
	return nil
}

// push puts a new frame on top.
func (s *Session) push(flow string, args Args) *Frame {
	s.Frame++
	s.Frames = append(s.Frames, Frame{ID: FrameID(strconv.Itoa(s.Frame)), Flow: flow, Args: args})
	return s.top()
}

// raise puts an open frame on top and tells whether there is one of this name.
func (s *Session) raise(id FrameID) bool {
	for i, f := range s.Frames {
		if f.ID == id {
			s.Frames = append(append(s.Frames[:i:i], s.Frames[i+1:]...), f)
			return true
		}
	}
	return false
}

// drop removes a frame together with its timers.
func (s *Session) drop(id FrameID) {
	keep := s.Frames[:0:0]
	for _, f := range s.Frames {
		if f.ID != id {
			keep = append(keep, f)
		}
	}
	s.Frames = keep
	timers := s.Timers[:0:0]
	for _, t := range s.Timers {
		if t.Frame != id {
			timers = append(timers, t)
		}
	}
	s.Timers = timers
}

// saw tells whether the inbound was worked before.
func (s *Session) saw(id string) bool {
	for _, have := range s.Seen {
		if have == id {
			return true
		}
	}
	return false
}

func (s *Session) see(id string) {
	s.Seen = lastN(append(s.Seen, id), maxSeen)
}

// clone returns a copy whose slices can be changed without touching s.
func (s Session) clone() Session {
	c := s
	c.Seen = append([]string(nil), s.Seen...)
	c.Frames = append([]Frame(nil), s.Frames...)
	c.Unsent = append([]Outgoing(nil), s.Unsent...)
	c.Timers = append([]Timer(nil), s.Timers...)
	c.Pressed = append([]ChoiceID(nil), s.Pressed...)
	c.Filed = append([]Filed(nil), s.Filed...)
	c.Letters = append([]Posted(nil), s.Letters...)
	c.Coming = append([]Coming(nil), s.Coming...)
	return c
}

func lastN[T any](list []T, n int) []T {
	if len(list) > n {
		return append([]T(nil), list[len(list)-n:]...)
	}
	return list
}
