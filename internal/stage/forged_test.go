package stage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/script"
	"github.com/optoste/supportbot/internal/stage"
)

// TestForgedButtons presses buttons that nobody offered: what a button carries is untrusted
// (promise P7, platform-facts.md 26). Nothing of somebody else's claim comes out, and nothing is
// sent to a customer from outside the desk.
func TestForgedButtons(t *testing.T) {
	t.Parallel()
	st := &stage.Engine{}
	f, _ := load(t, "../../flows/testdata/report/under-warranty.txt")
	if _, err := script.Play(t.Context(), f, st); err != nil {
		t.Fatal(err)
	}
	closed(t, st)
	bob := script.Person{Name: "bob", Shown: "bob", Lang: "en"}
	for i, choice := range []bot.ChoiceID{
		"cC-2603-0001.show", "cC-2603-0001.why", "cC-2603-0001.copy", "cC-2603-0001.add",
		"cC-2603-0001.reply", "cC-2603-0001.take", "cC-2603-0001.rate5", "cC-2603-0001.unsolved", "cC-9999-0001.show", "f0.0.reply", "f0.0.desk",
		"f0.0.home", "f1.1.send", "f-1.2", "", "c.", "x", bot.ChoiceID(strings.Repeat("f", 400)),
	} {
		err := st.Say(t.Context(), script.Input{
			Number: 1000 + i, Order: int64(100000 + i), Sent: time.Date(2026, 3, 2, 3, 0, i, 0, time.UTC),
			From: bob, Place: script.Place{Room: script.Private, Channel: "telegram", Person: "bob"},
			Act: script.Pressed{Choice: choice},
		})
		if err != nil {
			t.Fatalf("press %q: %v", choice, err)
		}
		heard, err := st.Heard(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range heard {
			if s := said(h); strings.Contains(s, "OS-2025-0417") || strings.Contains(s, "VS-600") || strings.Contains(s, "mei") {
				t.Errorf("press %q by a stranger shows: %s", choice, s)
			}
			if _, done := h.(script.Done); done {
				t.Errorf("press %q by a stranger does: %v", choice, h)
			}
		}
		if len(heard) == 0 {
			t.Errorf("press %q by a stranger is answered by silence (promise P5)", choice)
		}
	}
	walked := st.Walked()
	for _, key := range []string{"button.unknown", "claim.unknown"} {
		if walked.Texts["en/"+key] == 0 {
			t.Errorf("text %s was not said", key)
		}
	}
}

// said returns the words of what came out.
func said(h script.Heard) string {
	switch h := h.(type) {
	case script.Shown:
		return h.Message.Text
	case script.Noted:
		return h.Text
	case script.Done:
		return h.What
	case script.Opened, script.Mistaken, script.Paged:
	}
	return ""
}
