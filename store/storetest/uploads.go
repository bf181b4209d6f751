package storetest

import (
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

func uploadCases() []storeCase {
	return []storeCase{
		{"upload round trip", uploadRoundTrip},
		{"upload with NUL is refused", uploadNUL},
		{"an upload is announced until it has parts", uploadBegin},
		{"parts of an upload follow each other", uploadParts},
		{"one of many writers adds a part", uploadPartAtOnce},
		{"an upload ends once", uploadEnd},
		{"an upload ends once for many writers", uploadEndAtOnce},
		{"old uploads without parts are forgotten", uploadPurge},
		{"old uploads are listed while they have parts", uploadOld},
	}
}

// anUpload is a page with every field filled that a flow fills.
func anUpload(id string, expires time.Time) bot.Upload {
	return bot.Upload{
		ID: id, From: bot.Sender{ID: "mei-1", Name: "Mei 👩🏽‍🔧", Lang: "zh"}, To: bot.Address{Channel: "chat", Chat: "4711", Thread: "12"},
		Frame: "3", Of: "telegram/7#0", Name: emoji, Size: 60 << 20, Limit: 500 << 20, Expires: expires,
	}
}

func part(i int) bot.Part { return bot.Part{Hash: name("part", i), Size: int64(1 + i)} }

// whole is the inbound that tells of a finished upload.
func whole(id string) (bot.File, bot.Inbound) {
	f := bot.File{Hash: name("hash", 9), Name: emoji, Mime: "video/mp4", Size: 60 << 20}
	in := told(id)
	in.Event = bot.Fetched{Of: "telegram/7#0", File: f, Frame: "3"}
	return f, in
}

func uploadRoundTrip(t *testing.T, s bot.Store) {
	t.Helper()
	_, err := s.Upload(t.Context(), "u")
	wantErr(t, err, bot.ErrNotFound)
	u := anUpload("u", day(2).Add(789))
	must(t, s.OpenUpload(t.Context(), u))
	u.Expires = day(2)
	same(t, "upload", got(s.Upload(t.Context(), "u"))(t), u)
	other := anUpload("u", day(9))
	other.Limit = 1
	must(t, s.OpenUpload(t.Context(), other))
	same(t, "upload that was opened twice", got(s.Upload(t.Context(), "u"))(t), u)
}

func uploadNUL(t *testing.T, s bot.Store) {
	t.Helper()
	u := anUpload("u", day(2))
	u.Name = nul
	if s.OpenUpload(t.Context(), u) == nil {
		t.Error("a NUL in a name was taken")
	}
	_, err := s.Upload(t.Context(), "u")
	wantErr(t, err, bot.ErrNotFound)
	must(t, s.OpenUpload(t.Context(), anUpload("u", day(2))))
	f, in := whole("in")
	f.Name = nul
	if s.EndUpload(t.Context(), "u", f, in) == nil {
		t.Error("a NUL in a file was taken")
	}
	same(t, "inbox", waiting(t, s), []string{})
}

func uploadBegin(t *testing.T, s bot.Store) {
	t.Helper()
	_, err := s.BeginUpload(t.Context(), "u", "a.mp4", 1)
	wantErr(t, err, bot.ErrNotFound)
	want := anUpload("u", day(2))
	must(t, s.OpenUpload(t.Context(), want))
	for i, file := range []string{"a.mp4", emoji} {
		want.Name, want.Size = file, int64(1+i)
		same(t, "announced upload", got(s.BeginUpload(t.Context(), "u", file, int64(1+i)))(t), want)
	}
	want.Parts = []bot.Part{part(0)}
	got(s.AddPart(t.Context(), "u", 0, part(0)))(t)
	refused := func() {
		t.Helper()
		have, err := s.BeginUpload(t.Context(), "u", "b.mp4", 7)
		wantErr(t, err, bot.ErrConflict)
		same(t, "upload after a conflict", have, want)
	}
	refused()
	f, in := whole("in")
	must(t, s.EndUpload(t.Context(), "u", f, in))
	must(t, s.DropParts(t.Context(), "u"))
	want.Parts, want.Done = nil, f
	refused()
	same(t, "upload", got(s.Upload(t.Context(), "u"))(t), want)
}

func uploadParts(t *testing.T, s bot.Store) {
	t.Helper()
	_, err := s.AddPart(t.Context(), "u", 0, part(0))
	wantErr(t, err, bot.ErrNotFound)
	want := anUpload("u", day(2))
	must(t, s.OpenUpload(t.Context(), want))
	var end int64
	for i := range 3 {
		for _, wrong := range []int64{end - 1, end + 1} {
			have, err := s.AddPart(t.Context(), "u", wrong, part(i))
			wantErr(t, err, bot.ErrConflict)
			same(t, "upload after a conflict", have, want)
		}
		want.Parts = append(want.Parts, part(i))
		same(t, "upload with one more part", got(s.AddPart(t.Context(), "u", end, part(i)))(t), want)
		end += part(i).Size
	}
	same(t, "upload", got(s.Upload(t.Context(), "u"))(t), want)
}

func uploadPartAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.OpenUpload(t.Context(), anUpload("u", day(2))))
	for round := range 3 {
		before := got(s.Upload(t.Context(), "u"))(t)
		var end int64
		for _, p := range before.Parts {
			end += p.Size
		}
		won := 0
		for _, err := range atOnce(func(i int) error {
			u, err := s.AddPart(t.Context(), "u", end, part(i))
			if len(u.Parts) != round+1 {
				t.Errorf("a writer sees %d parts, want %d", len(u.Parts), round+1)
			}
			return err
		}) {
			if err == nil {
				won++
			} else {
				wantErr(t, err, bot.ErrConflict)
			}
		}
		if won != 1 {
			t.Errorf("%d writers added part %d, want 1", won, round)
		}
	}
}

func uploadEnd(t *testing.T, s bot.Store) {
	t.Helper()
	f, in := whole("in")
	wantErr(t, s.EndUpload(t.Context(), "u", f, in), bot.ErrNotFound)
	same(t, "inbox", waiting(t, s), []string{})
	want := anUpload("u", day(2))
	must(t, s.OpenUpload(t.Context(), want))
	got(s.AddPart(t.Context(), "u", 0, part(0)))(t)
	must(t, s.EndUpload(t.Context(), "u", f, in))
	want.Parts, want.Done = []bot.Part{part(0)}, f
	same(t, "upload", got(s.Upload(t.Context(), "u"))(t), want)

	other, again := whole("again")
	other.Hash = name("hash", 10)
	must(t, s.EndUpload(t.Context(), "u", other, again))
	have, err := s.AddPart(t.Context(), "u", 1, part(1))
	wantErr(t, err, bot.ErrConflict)
	same(t, "upload that is done", have, want)
	same(t, "upload that ended twice", got(s.Upload(t.Context(), "u"))(t), want)
	same(t, "inbox", inbox(t, s), []bot.Inbound{in})
}

func uploadEndAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.OpenUpload(t.Context(), anUpload("u", day(2))))
	for _, err := range atOnce(func(i int) error {
		f, in := whole(name("in", i))
		return s.EndUpload(t.Context(), "u", f, in)
	}) {
		must(t, err)
	}
	if ids := waiting(t, s); len(ids) != 1 {
		t.Errorf("the inbox has %v, want one inbound", ids)
	}
}

func uploadPurge(t *testing.T, s bot.Store) {
	t.Helper()
	for id, expires := range map[string]time.Time{"gone": day(2), "parts": day(2), "new": day(9)} {
		must(t, s.OpenUpload(t.Context(), anUpload(id, expires)))
	}
	got(s.AddPart(t.Context(), "parts", 0, part(0)))(t)
	must(t, s.Purge(t.Context(), day(5)))
	_, err := s.Upload(t.Context(), "gone")
	wantErr(t, err, bot.ErrNotFound)
	for _, id := range []string{"parts", "new"} {
		got(s.Upload(t.Context(), id))(t)
	}
}

func uploadOld(t *testing.T, s bot.Store) {
	t.Helper()
	for id, expires := range map[string]time.Time{"c": day(5), "b": day(3), "empty": day(1), "done": day(9), "a": day(2)} {
		must(t, s.OpenUpload(t.Context(), anUpload(id, expires)))
		if id != "empty" {
			got(s.AddPart(t.Context(), id, 0, part(1)))(t)
		}
	}
	f, in := whole("in")
	must(t, s.EndUpload(t.Context(), "done", f, in))
	check := func(before time.Time, limit int, want ...string) {
		t.Helper()
		var have []string
		for _, u := range got(s.OldUploads(t.Context(), before, limit))(t) {
			have = append(have, u.ID)
			same(t, "parts", u.Parts, []bot.Part{part(1)})
		}
		same(t, "old uploads", have, want)
	}
	check(day(2), 10, "done")
	check(day(5), 10, "done", "a", "b")
	check(day(30), 3, "done", "a", "b")
	must(t, s.DropParts(t.Context(), "done"))
	must(t, s.DropParts(t.Context(), "a"))
	must(t, s.DropParts(t.Context(), "a"))
	must(t, s.DropParts(t.Context(), "nobody"))
	check(day(30), 10, "b", "c")
	same(t, "file of an upload without parts", got(s.Upload(t.Context(), "done"))(t).Done, f)
}
