package telegram_test

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/bot"
)

func TestEncodeText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, person, group string }{
		"plain":         {"a b", "a b", "a b"},
		"styles":        {"*a* `b` c", "<b>a</b> <code>b</code> c", "<b>a</b> <code>b</code> c"},
		"marks of HTML": {`<b>&amp;"</b>`, `&lt;b&gt;&amp;amp;"&lt;/b&gt;`, `&lt;b&gt;&amp;amp;"&lt;/b&gt;`},
		// EscapeText of the library forgets the backslash (platform-facts.md 53); HTML has none.
		"backslash":  {bot.Escape(`C:\*.log`), `C:\*.log`, `C:\*.log`},
		"in styles":  {"*" + bot.Escape("<b>*&") + "*", "<b>&lt;b&gt;*&amp;</b>", "<b>&lt;b&gt;*&amp;</b>"},
		"a name":     {"ask @wang_li, now", "ask @wang_li, now", "ask <code>@wang_li</code>, now"},
		"first":      {"@channel", "@channel", "<code>@channel</code>"},
		"bold name":  {"*@wang*", "<b>@wang</b>", "<b><code>@wang</code></b>"},
		"mail":       {"write to a@optoste.com", "write to a@optoste.com", "write to a@optoste.com"},
		"two":        {"@wang @liang", "@wang @liang", "<code>@wang</code> <code>@liang</code>"},
		"in code":    {"`@wang`", "<code>@wang</code>", "<code>@wang</code>"},
		"in markup":  {"<@wang>", "&lt;@wang&gt;", "&lt;<code>@wang</code>&gt;"},
		"no name":    {"5 @ 3", "5 @ 3", "5 @ 3"},
		"hidden":     {".@wang /@wang @@wang", ".@wang /@wang @@wang", ".<code>@wang</code> /<code>@wang</code> @<code>@wang</code>"},
		"short":      {"@U1", "@U1", "<code>@U1</code>"},
		"in a link":  {"see https://a.example/@optoste/x", "see https://a.example/@optoste/x", "see https://a.example/@optoste/x"},
		"in Chinese": {"请找@wang", "请找@wang", "请找<code>@wang</code>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := telegram.EncodeText(c.text, false); got != c.person {
				t.Errorf("to a person %q, want %q", got, c.person)
			}
			if got := telegram.EncodeText(c.text, true); got != c.group {
				t.Errorf("to a group %q, want %q", got, c.group)
			}
		})
	}
}

// TestMentions calls exactly the account of whom the engine means, and only where the name stands in bold.
func TestMentions(t *testing.T) {
	t.Parallel()
	wang := bot.Mention{Name: "Wang <Lei>", Account: "4711"}
	for text, want := range map[string]string{
		"*Wang <Lei>*: please":              `<b><a href="tg://user?id=4711">Wang &lt;Lei&gt;</a></b>: please`,
		"Wang <Lei>: please":                "Wang &lt;Lei&gt;: please",
		bot.Escape("*Wang <Lei>* @wang"):    "*Wang &lt;Lei&gt;* <code>@wang</code>",
		"*Wang <Lei>!*":                     "<b>Wang &lt;Lei&gt;!</b>",
		"*Chen* <a href='tg://user?id=1'>x": "<b>Chen</b> &lt;a href='tg://user?id=1'&gt;x",
	} {
		if got := telegram.EncodeText(text, true, wang, bot.Mention{Name: "Chen", Account: `1"><b>`}); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// TestMeasure counts no less than Telegram, which counts characters (platform-facts.md 27).
func TestMeasure(t *testing.T) {
	t.Parallel()
	measure := telegram.New(telegram.Config{Token: token}).Capabilities().Measure
	for text, want := range map[string]int{"": 0, "abc": 3, "喷阀": 2, "👩‍🔧": 5, "*a* `b`": 3, `\*`: 1, "<&>": 3} {
		if got := measure(text); got != want {
			t.Errorf("%q measures %d, want %d", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if got, least := measure(text), utf8.RuneCountInString(bot.Plain(text)); got < least {
			t.Errorf("%q measures %d, but it has %d characters", text, got, least)
		}
	})
}

func TestKeyboard(t *testing.T) {
	t.Parallel()
	choices := func(labels ...string) (list []bot.Choice) {
		for _, l := range labels {
			list = append(list, bot.Choice{ID: "f1.1.x", Label: l})
		}
		return list
	}
	for name, c := range map[string]struct {
		choices []bot.Choice
		want    []string
	}{
		"none":              {nil, nil},
		"two short ones":    {choices("Yes", "No"), []string{"Yes", "No"}},
		"short ones":        {choices("Yes", "No", "Back"), []string{"Yes|No", "Back"}},
		"a long one":        {choices("Yes", "Another serial number", "No", "Back"), []string{"Yes", "Another serial number", "No|Back"}},
		"at the limit":      {choices("12345678901234", "12345678901234", "123456789012345", "x"), []string{"12345678901234|12345678901234", "123456789012345", "x"}},
		"Chinese is wide":   {choices("一二三四五六七", "一二三四五六七", "一二三四五六七八", "是"), []string{"一二三四五六七|一二三四五六七", "一二三四五六七八", "是"}},
		"without any words": {choices(""), []string{"…"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, telegram.Rows(c.choices)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		f           bot.File
		want, album string
	}{
		"picture":             {bot.File{Hash: "h", Mime: "image/jpeg", Size: 10 << 20}, "photo", "visual"},
		"large picture":       {bot.File{Hash: "h", Mime: "image/jpeg", Size: 10<<20 + 1}, "document", "document"},
		"gif":                 {bot.File{Hash: "h", Mime: "image/gif", Size: 1}, "document", "document"},
		"svg":                 {bot.File{Hash: "h", Mime: "image/svg+xml", Size: 1}, "document", "document"},
		"heic":                {bot.File{Hash: "h", Mime: "image/heic", Size: 1}, "document", "document"},
		"video":               {bot.File{Hash: "h", Mime: "video/mp4", Size: 50 << 20}, "video", "visual"},
		"video of other kind": {bot.File{Hash: "h", Mime: "video/quicktime", Size: 1}, "document", "document"},
		"sound":               {bot.File{Hash: "h", Mime: "audio/mpeg", Size: 1}, "audio", "audio"},
		"voice":               {bot.File{Hash: "h", Mime: "audio/ogg; codecs=opus", Size: 1}, "voice", "voice h"},
		"paper":               {bot.File{Hash: "h", Mime: "application/pdf", Size: 1}, "document", "document"},
		"of no type":          {bot.File{Hash: "h"}, "document", "document"},
		"too large":           {bot.File{Hash: "h", Mime: "video/mp4", Size: 50<<20 + 1}, "name", "name"},
		"refused":             {bot.File{Name: "x", Refused: bot.FileTooBig}, "name", "name"},
		"not fetched":         {bot.File{Ref: "r", Mime: "image/jpeg"}, "name", "name"},
		"unsafe":              {bot.File{Hash: "h", Mime: "application/x-msdownload", Unsafe: true}, "name", "name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := telegram.KindOf(c.f); got != c.want {
				t.Errorf("goes as %s, want %s", got, c.want)
			}
			if got := telegram.New(telegram.Config{}).Capabilities().Album(c.f); got != c.album {
				t.Errorf("goes with %s, want %s", got, c.album)
			}
		})
	}
}
