package safety_test

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot/safety"
)

// emergencies are the lists' emergencies, for the properties.
func emergencies(tb testing.TB) []string {
	tb.Helper()
	var texts []string
	for _, l := range append(readClaims(tb), readList(tb, "testdata/emergencies.txt")...) {
		if l.emergency {
			texts = append(texts, l.text)
		}
	}
	return texts
}

// TestSentencesAreIndependent checks the promise of Emergency's comment: a
// blank line keeps texts apart, so that no text makes another one harmless.
func TestSentencesAreIndependent(t *testing.T) {
	t.Parallel()
	texts := emergencies(t)
	for _, l := range append(readClaims(t), readList(t, "testdata/emergencies.txt")...) {
		texts = append(texts, l.text)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.SampledFrom(texts), rapid.String())
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		if got, want := safety.Emergency(a+"\n\n"+b), safety.Emergency(a) || safety.Emergency(b); got != want {
			t.Fatalf("together %v, apart %v", got, want)
		}
	})
}

// TestSpellingDoesNotCalm checks what a person's keyboard may do to an
// emergency: upper case, full width, more white space where some is, and
// invisible characters anywhere. A blank line, which ends a sentence, is not
// among the white space.
func TestSpellingDoesNotCalm(t *testing.T) {
	t.Parallel()
	texts := emergencies(t)
	spaces := []string{" ", "  ", "\t", "\n", "\u3000", "\u00a0", " \n"}
	hidden := []string{"\u200b", "\u200d", "\ufeff", "\u2060", "\u00ad"}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(texts).Draw(t, "text")
		var b strings.Builder
		for _, r := range text {
			switch {
			case r == ' ':
				b.WriteString(rapid.SampledFrom(spaces).Draw(t, "space"))
				continue
			case rapid.IntRange(0, 9).Draw(t, "hide") == 0:
				b.WriteString(rapid.SampledFrom(hidden).Draw(t, "hidden"))
			}
			switch rapid.IntRange(0, 2).Draw(t, "form") {
			case 0:
				r = unicode.ToUpper(r)
			case 1:
				if r > ' ' && r <= '~' {
					r += 0xFEE0
				}
			}
			b.WriteRune(r)
		}
		if !safety.Emergency(b.String()) {
			t.Fatalf("calm: %q", b.String())
		}
	})
}

// TestSurroundingsDoNotCalm checks that harmless words around an emergency,
// even in the same sentence, leave it one. It does not hold for every word: a
// negation, or a word that says the danger word means something else, may
// stand directly before it.
func TestSurroundingsDoNotCalm(t *testing.T) {
	t.Parallel()
	texts := emergencies(t)
	around := []string{
		"please help", "good morning", "hello dear team,", "our customer is waiting,", "OS-2025-0417", "thank you",
		"since Monday", "the screen is blue", "师傅你好,", "麻烦看一下", "急", "在汕头", "buenos dias", "здравствуйте", "12", "😀", "...",
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(texts).Draw(t, "text")
		before, after := rapid.SampledFrom(around).Draw(t, "before"), rapid.SampledFrom(around).Draw(t, "after")
		join := " "
		if last, _ := utf8.DecodeLastRuneInString(text); unicode.Is(unicode.Han, last) { // Chinese has no spaces
			join = ""
			after = rapid.SampledFrom([]string{"机器停了", "人都跑了", "怎么办", "急", "台面", "大家都看到", "师傅"}).Draw(t, "hanAfter")
		}
		if long := before + " " + text + join + after; !safety.Emergency(long) {
			t.Fatalf("calm: %q", long)
		}
	})
}

// TestLongTexts checks that time grows with length only, with the words that make the most work: a text that is
// eight times as long takes eight times as long, and not sixty-four times. The quickest of several runs counts,
// since the machine does other things as well.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{
		"a", "a ", "no ", "no or ", "smoke-coloured ", "没有", "没", "手", "hand ", "fire valve ", "no one is ", "x", "\u200b", "焦 ", "s m o ", "injured beans ", "\xff", "electroc ", "手 hand ",
	} {
		quickest := func(bytes int) time.Duration {
			text := strings.Repeat(unit, bytes/len(unit))
			least := time.Hour
			for range 5 {
				began := time.Now()
				safety.Emergency(text)
				least = min(least, time.Since(began))
			}
			return least
		}
		short, long := quickest(4<<10), quickest(32<<10)
		if long > 30*max(short, 100*time.Microsecond) {
			t.Errorf("4 KB of %q take %s, 32 KB %s", unit, short, long)
		}
	}
}

// FuzzEmergency looks for panics, and for texts that another one changes.
func FuzzEmergency(f *testing.F) {
	for _, l := range readList(f, "testdata/emergencies.txt") {
		f.Add(l.text)
	}
	f.Add("\xf0\x28\x8c\x28 \x00 \u0301\u0309")
	f.Add(strings.Repeat("é\u0301", 40))
	f.Fuzz(func(t *testing.T, text string) {
		got := safety.Emergency(text)
		if got != safety.Emergency(text) {
			t.Error("not the same twice")
		}
		if safety.Emergency(text+"\n\nthank you") != got || safety.Emergency("thank you\n\n"+text) != got {
			t.Error("another sentence changed it")
		}
	})
}

func BenchmarkEmergency(b *testing.B) {
	for _, bm := range []struct{ name, text string }{
		{"english", "Hello, our sorter keep stopping with alarm 'air pressure low'. Compressor gauge say 7 bar, machine 1.2"},
		{"chinese", strings.Repeat("机器一直报气压不足,空压机那边显示7公斤,机器上只有1公斤多,现在停线了,", 3)},
		{"russian", "После отключения света пропали все программы сортировки, работать не можем, помогите пожалуйста срочно"},
		{"emergency", "smoke from the electric box!! what to do"},
		{"64KB", strings.Repeat("the valves do not fire and the screen is black, ", 1400)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				safety.Emergency(bm.text)
			}
		})
	}
}
