package storetest

import (
	"testing"

	"github.com/optoste/supportbot/bot"
)

func letterCases() []storeCase {
	return []storeCase{
		{"a letter and its note are kept apart", letterAndNote},
		{"many put a letter at once, and each is counted", letterAtOnce},
		{"a trace tells the claim of a message", traceOfMessage},
		{"a repeat is found by what it repeats", repeatFound},
		{"letters and traces are forgotten after their time", letterPurge},
		{"a chat that moves has no traces", moveTraces},
	}
}

func aLetter(id string) bot.Letter {
	return bot.Letter{
		ID: id, Claim: "C-2603-0001", Customer: "mei-1", Name: emoji, Channel: "chat", Source: "17", Lang: "zh",
		From: bot.Address{Channel: "chat", Chat: "desk", Thread: "3"}, State: bot.LetterWaits, Messages: []bot.MessageID{"4", "5"},
	}
}

func letterAndNote(t *testing.T, s bot.Store) {
	t.Helper()
	_, _, err := s.Letter(t.Context(), "l")
	wantErr(t, err, bot.ErrNotFound)
	must(t, s.PutNote(t.Context(), "l", bot.Note{Message: "1"})) // of a letter that is not there
	want := aLetter("l")
	same(t, "version", got(s.PutLetter(t.Context(), want))(t), 1)
	must(t, s.PutNote(t.Context(), "l", bot.Note{Message: "b9", Shown: 1}))
	want.State = bot.LetterSent
	same(t, "version", got(s.PutLetter(t.Context(), want))(t), 2)
	have, note, err := s.Letter(t.Context(), "l")
	must(t, err)
	same(t, "letter", have, want)
	same(t, "note", note, bot.Note{Message: "b9", Shown: 1, Version: 2})
}

func letterAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	for _, err := range atOnce(func(int) error {
		_, err := s.PutLetter(t.Context(), aLetter("l"))
		return err
	}) {
		must(t, err)
	}
	_, note, err := s.Letter(t.Context(), "l")
	must(t, err)
	same(t, "version", note.Version, writers)
}

func traceOfMessage(t *testing.T, s bot.Store) {
	t.Helper()
	plain := bot.Trace{At: laneA, Message: "1", Claim: "C-2603-0001"}
	there := bot.Trace{At: laneB, Message: "1", Claim: "C-2603-0002", Repeats: "m9"}
	must(t, s.PutTraces(t.Context(), plain, there))
	same(t, "trace", got(s.Trace(t.Context(), laneA, "1"))(t), plain)
	same(t, "trace of the other chat", got(s.Trace(t.Context(), laneB, "1"))(t), there)
	plain.Claim = "C-2603-0003"
	must(t, s.PutTraces(t.Context(), plain))
	same(t, "trace that was put again", got(s.Trace(t.Context(), laneA, "1"))(t), plain)
	for m, at := range map[bot.MessageID]bot.Chat{"2": laneA, "1": laneC} {
		_, err := s.Trace(t.Context(), at, m)
		wantErr(t, err, bot.ErrNotFound)
	}
	must(t, s.PutTraces(t.Context()))
}

func repeatFound(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.PutTraces(t.Context(),
		bot.Trace{At: laneA, Message: "1", Claim: "C-2603-0001", Repeats: "m1"},
		bot.Trace{At: laneA, Message: "2", Claim: "C-2603-0001", Repeats: "m2"},
		bot.Trace{At: laneA, Message: "3", Claim: "C-2603-0002", Repeats: "m1"}, // the same number in another customer's chat
		bot.Trace{At: laneA, Message: "4", Claim: "C-2603-0001"},
		bot.Trace{At: laneB, Message: "5", Claim: "C-2603-0001", Repeats: "m1"},
	))
	same(t, "repeat", got(s.Repeat(t.Context(), laneA, "C-2603-0001", "m1"))(t), bot.MessageID("1"))
	same(t, "repeat of another claim", got(s.Repeat(t.Context(), laneA, "C-2603-0002", "m1"))(t), bot.MessageID("3"))
	for _, of := range []bot.MessageID{"m3", ""} {
		_, err := s.Repeat(t.Context(), laneA, "C-2603-0001", of)
		wantErr(t, err, bot.ErrNotFound)
	}
}

func letterPurge(t *testing.T, s bot.Store) {
	t.Helper()
	got(s.PutLetter(t.Context(), aLetter("l")))(t)
	must(t, s.PutTraces(t.Context(), bot.Trace{At: laneA, Message: "1", Claim: "C-2603-0001"}))
	must(t, s.Purge(t.Context(), lately()))
	got(s.Trace(t.Context(), laneA, "1"))(t)
	must(t, s.Purge(t.Context(), soon()))
	_, _, err := s.Letter(t.Context(), "l")
	wantErr(t, err, bot.ErrNotFound)
	_, err = s.Trace(t.Context(), laneA, "1")
	wantErr(t, err, bot.ErrNotFound)
}

func moveTraces(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.PutTraces(t.Context(), bot.Trace{At: bot.Chat{Channel: "chat", Chat: oldChat}, Message: "1", Claim: "C-2603-0001"}))
	must(t, s.MoveChat(t.Context(), "chat", oldChat, newChat))
	for _, chat := range []string{oldChat, newChat} {
		_, err := s.Trace(t.Context(), bot.Chat{Channel: "chat", Chat: chat}, "1")
		wantErr(t, err, bot.ErrNotFound)
	}
}
