package bot

import (
	"context"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// Quota names what one person may do only so often.
type Quota string

// The quotas; their numbers are data of the policy.
const (
	QuotaMessages Quota = "messages"
	QuotaFiles    Quota = "files"
	QuotaLookups  Quota = "lookups"
	QuotaCodes    Quota = "codes" // tried to link an account; the one whose number is none of the policy's
)

// Meter counts what a person did since a time. It lies in the session, so counting costs nothing.
type Meter struct {
	Since time.Time `json:"since"`
	N     int       `json:"n"`
	Told  bool      `json:"told,omitempty"` // that it is too much
}

// limits returns how much of a quota the policy grants, and for how long.
func (t *turn) limits(q Quota) (most int, per time.Duration) {
	intake := t.e.policy().Intake
	switch q {
	case QuotaFiles:
		return intake.DailyFiles, 24 * time.Hour
	case QuotaLookups:
		return intake.HourlyLookups, time.Hour
	case QuotaCodes:
		return maxCodes, codeTime
	case QuotaMessages:
	}
	return intake.HourlyMessages, time.Hour
}

// spare counts one more and tells whether it is within the quota, and else for how long none is.
func (t *turn) spare(q Quota) (wait time.Duration, ok bool) {
	most, per := t.limits(q)
	m := t.s.Used[q]
	now := t.e.now()
	if now.Sub(m.Since) >= per {
		m = Meter{Since: now}
	}
	if ok = m.N < most; ok {
		m.N++
	}
	t.s.use(q, m)
	return m.Since.Add(per).Sub(now), ok
}

// use notes a meter in a map of this session's own.
func (s *Session) use(q Quota, m Meter) {
	used := make(map[Quota]Meter, len(s.Used)+1)
	for k, v := range s.Used {
		used[k] = v
	}
	used[q] = m
	s.Used = used
}

// tooMany tells whether a person writes more than anybody reads; it is said once, until the time
// that is said then. Engineers and emergencies are never too many.
func (t *turn) tooMany() bool {
	if t.in.Order == 0 || t.inRoom() || t.staff.ID != "" || t.emergency() || !fromPerson(t.in.Event) {
		return false
	}
	wait, ok := t.spare(QuotaMessages)
	if ok {
		return false
	}
	if m := t.s.Used[QuotaMessages]; !m.Told {
		m.Told = true
		t.s.use(QuotaMessages, m)
		t.say = append(t.say, Say("limit.messages", "Minutes", minutes(wait)))
	}
	t.note = Say("limit.note", "Minutes", minutes(wait))
	return true
}

// minutes rounds up, so that what is said is never too early.
func minutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }

// refuseFiles refuses those files of an event that are more than a person may send.
func (t *turn) refuseFiles(files []File) {
	if t.inRoom() || t.staff.ID != "" {
		return
	}
	for i, f := range files {
		if f.Refused != "" {
			continue
		}
		if _, ok := t.spare(QuotaFiles); !ok {
			files[i] = File{Name: f.Name, Size: f.Size, Refused: FileQuota}
		}
	}
}

// lookMachine looks a serial number up, unless the person has had too many looked up: numbers are
// not to be guessed (promise P7).
func (e *Engine) lookMachine(ctx context.Context, t *turn, want FindMachine, found *Found) error {
	if wait, ok := t.spare(QuotaLookups); !ok && !t.inRoom() {
		found.Wait = wait
		return nil
	}
	err := e.findMachine(ctx, want.Serial, found)
	if err == nil && t.inDesk() && found.Machine != nil {
		found.Owners, err = e.owners(ctx, claim.Claim{Lines: []claim.Line{{Company: found.Machine.Company}}})
	}
	return err
}
