package storetest

import (
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

func sessionBusy(t *testing.T, s bot.Sessions, c *clock) {
	t.Helper()
	session := openSession(t, s, me, "in-1")
	c.forward(lease - time.Second)
	_, err := s.Open(t.Context(), me, "in-1", lease)
	wantErr(t, err, bot.ErrBusy)
	openSession(t, s, conversation("bob"), "in-1")
	release(t, s, session, bot.Finish{})
	openSession(t, s, me, "in-2")
}

func sessionOpenAtOnce(t *testing.T, s bot.Sessions, _ *clock) {
	t.Helper()
	won := 0
	for _, err := range atOnce(func(int) error {
		_, err := s.Open(t.Context(), me, "in-1", lease)
		return err
	}) {
		if err == nil {
			won++
		} else {
			wantErr(t, err, bot.ErrBusy)
		}
	}
	if won != 1 {
		t.Errorf("%d have the lease, want 1", won)
	}
}

func sessionExpired(t *testing.T, s bot.Sessions, c *clock) {
	t.Helper()
	slow := openSession(t, s, me, "in-1")
	c.forward(lease)
	quick := openSession(t, s, me, "in-2")
	wantErr(t, s.Save(t.Context(), slow, time.Time{}, lease), bot.ErrConflict)
	saveSession(t, s, quick, time.Time{})
	wantErr(t, s.Save(t.Context(), slow, time.Time{}, lease), bot.ErrConflict)
}

func sessionRenewed(t *testing.T, s bot.Sessions, c *clock) {
	t.Helper()
	session := openSession(t, s, me, "in-1")
	c.forward(lease - time.Second)
	session = saveSession(t, s, session, time.Time{})
	c.forward(lease - time.Second)
	_, err := s.Open(t.Context(), me, "in-1", lease)
	wantErr(t, err, bot.ErrBusy)
	c.forward(time.Second)
	same(t, "version", openSession(t, s, me, "in-1").Version, session.Version)
}

func sessionNoLease(t *testing.T, s bot.Sessions, _ *clock) {
	t.Helper()
	session := openSession(t, s, me, "in-1")
	release(t, s, session, bot.Finish{})
	wantErr(t, s.Save(t.Context(), session, time.Time{}, lease), bot.ErrConflict)
	session.Lease = ""
	wantErr(t, s.Save(t.Context(), session, time.Time{}, lease), bot.ErrConflict)
	wantErr(t, s.Save(t.Context(), bot.Session{Key: conversation("nobody"), Lease: "made up"}, time.Time{}, lease), bot.ErrConflict)
	same(t, "version", openSession(t, s, me, "in-1").Version, int64(0))
}

func sessionOldVersion(t *testing.T, s bot.Sessions, _ *clock) {
	t.Helper()
	old := openSession(t, s, me, "in-1")
	fresh := saveSession(t, s, old, time.Time{})
	wantErr(t, s.Save(t.Context(), old, time.Time{}, lease), bot.ErrConflict)
	fresh = saveSession(t, s, fresh, time.Time{})
	release(t, s, fresh, bot.Finish{})
	same(t, "version", openSession(t, s, me, "in-1").Version, int64(2))
}

func sessionSaveAtOnce(t *testing.T, s bot.Sessions, _ *clock) {
	t.Helper()
	session := openSession(t, s, me, "in-1")
	won := 0
	for _, err := range atOnce(func(i int) error {
		mine := session
		mine.Frame = i
		return s.Save(t.Context(), mine, time.Time{}, lease)
	}) {
		if err == nil {
			won++
		} else {
			wantErr(t, err, bot.ErrConflict)
		}
	}
	if won != 1 {
		t.Errorf("%d won version 1, want 1", won)
	}
}

func sessionRestored(t *testing.T, s bot.Sessions, _ *clock) {
	t.Helper()
	for i, version := range []int64{17, 40} { // first nothing is there, then something older
		session := openSession(t, s, me, name("in", i))
		session.Version = version
		release(t, s, saveSession(t, s, session, time.Time{}), bot.Finish{})
		session = openSession(t, s, me, "look")
		same(t, "version", session.Version, version+1)
		release(t, s, session, bot.Finish{})
	}
}
