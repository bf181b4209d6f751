package bot_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/flows"
)

// maxChoiceID is what a button can carry, in bytes: Telegram's callback data with room to spare.
const maxChoiceID = 40

func TestChoiceIDRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		option := rapid.StringMatching(`[a-z0-9_.]{1,12}`).Draw(t, "option")
		frame := bot.FrameID(rapid.StringMatching(`[1-9][0-9]{0,4}`).Draw(t, "frame"))
		version := rapid.IntRange(0, 99999).Draw(t, "version")
		got, ok := bot.FrameChoice(frame, version, option).Parse()
		if want := (bot.Target{Frame: frame, Version: version, Option: option}); !ok || got != want {
			t.Errorf("frame button is %+v, %t; want %+v", got, ok, want)
		}
		id := claim.ID(rapid.StringMatching(`C-[0-9]{4}-[0-9]{4,7}`).Draw(t, "claim"))
		got, ok = bot.ClaimChoice(id, option).Parse()
		if want := (bot.Target{Claim: id, Option: option}); !ok || got != want {
			t.Errorf("claim button is %+v, %t; want %+v", got, ok, want)
		}
	})
}

// TestChoiceIDFits tries the longest names of the house beside a claim number of a very busy month
// and a conversation of many years.
func TestChoiceIDFits(t *testing.T) {
	t.Parallel()
	h := flows.House()
	var list []bot.ChoiceID
	for option := range h.Buttons {
		list = append(list, bot.ClaimChoice("C-9912-9999999", option))
	}
	for _, c := range h.Commands {
		list = append(list, bot.FrameChoice(bot.CommandFrame, 0, c.Name))
	}
	for _, option := range []string{string(claim.LineDown), "description", "m999", "zh-Hans-CN"} {
		list = append(list, bot.FrameChoice("999999", 9999999, option))
	}
	for _, id := range list {
		if _, ok := id.Parse(); !ok || len(id) > maxChoiceID {
			t.Errorf("%s has %d bytes, readable %t", id, len(id), ok)
		}
	}
}

func TestChoiceIDRefusesGarbage(t *testing.T) {
	t.Parallel()
	for _, id := range []bot.ChoiceID{
		"", "f", "c", "x", "f1", "f1.", "f1.1", "f1.1.", "f.1.yes", "f1.x.yes", "f1.+1.yes", "f1.01.yes", "f1.1e3.yes", "f1. 1.yes",
		"f1.99999999999999999999.yes", "c.copy", "cC-2603-0001", "cC-2603-0001.", "C-2603-0001.copy", " f1.1.yes",
		bot.ChoiceID("f1.1." + strings.Repeat("x", maxChoiceID)), bot.ChoiceID("c" + strings.Repeat("x", maxChoiceID) + ".copy"),
	} {
		if got, ok := id.Parse(); ok {
			t.Errorf("%q is read as %+v", id, got)
		}
	}
}

// FuzzChoiceID wants whatever is read to be exactly what we would have written.
func FuzzChoiceID(f *testing.F) {
	for _, s := range []string{"f3.7.yes", "cC-2603-0001.copy", "f0.0.report", "f1.+7.yes", "f1.-7.y", "c..", "f\xff.0.\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := bot.ChoiceID(s).Parse()
		if !ok {
			return
		}
		again := bot.FrameChoice(got.Frame, got.Version, got.Option)
		if got.Claim != "" {
			again = bot.ClaimChoice(got.Claim, got.Option)
		}
		if string(again) != s || len(s) > maxChoiceID {
			t.Errorf("%q is read as %+v, which is %q", s, got, again)
		}
	})
}
