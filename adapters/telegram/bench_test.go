package telegram_test

import (
	"testing"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/bot"
)

func BenchmarkHear(b *testing.B) {
	for _, name := range []string{"text", "photo", "press", "group_mention"} {
		b.Run(name, func(b *testing.B) {
			a, raw := ears(b), updateFile(b, name)
			b.ReportAllocs()
			for b.Loop() {
				if _, _, _, err := a.Hear(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEncodeText(b *testing.B) {
	text := "*2/4* What is wrong with " + bot.Escape("OS-2025-0417 <VS-600>") + "? `Cancel` ends it."
	b.ReportAllocs()
	for b.Loop() {
		telegram.EncodeText(text, false)
	}
}
