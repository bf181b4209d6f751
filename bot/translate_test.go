package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

// glossary translates by words of the trade (domain.md 3); what has none of them it does not translate.
type glossary map[string]string

var errNoWord = errors.New("no word of it is known")

func (g glossary) Translate(_ context.Context, text, _, _ string) (string, error) {
	var list []string
	for zh, en := range g {
		if strings.Contains(text, zh) {
			list = append(list, en)
		}
	}
	if len(list) == 0 {
		return "", errNoWord
	}
	return strings.Join(list, " "), nil
}

// TestTranslationForTheDesk stands beside the customer's words in the room, and is missing when it fails.
func TestTranslationForTheDesk(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.translator = glossary{"输送带": "conveyor belt"}
	l.engine = l.start()
	l.say("mei", "/order", "belt", "l", "yes")
	l.chat.take()
	l.work()
	l.chat.take()
	tell := func(news bot.News, words string, want ...string) {
		t.Helper()
		in := bot.Inbound{ID: string(news) + words, Sent: l.clock.now(), To: deskRoom, Event: bot.Told{News: news, Claim: "C-2603-0001", Text: words}}
		if err := l.store.Post(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		l.work()
		l.hears(want...)
	}
	l.house.News[bot.NewsAdded], l.house.News[bot.NewsEmergency] = "desk", "desk"
	l.engine = l.start()
	tell(bot.NewsAdded, "输送带", "desk: news added 输送带 / desk.machine_text conveyor belt")
	tell(bot.NewsAdded, "The belt", "desk: news added The belt")
	tell(bot.NewsEmergency, "输送带冒烟", "desk: news emergency 输送带冒烟")
	tell(bot.NewsAdded, "坏了", "desk: news added 坏了")
	tell(bot.NewsAdded, "输送带坏了", "desk: news added 输送带坏了") // it rests
	l.clock.wait(time.Minute)
	tell(bot.NewsAdded, "输送带停了", "desk: news added 输送带停了 / desk.machine_text conveyor belt")
}
