package fake_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack/fake"
)

// read is what a person reads of a message, and what it sets off.
type read struct {
	Text   string
	Pinged []string
	Links  []fake.Link
}

// TestTextAsRead checks what a text does that nobody has escaped (platform-facts.md 74, 87).
func TestTextAsRead(t *testing.T) {
	t.Parallel()
	link := func(url, label string) []fake.Link { return []fake.Link{{URL: url, Label: label}} }
	for name, c := range map[string]struct {
		text string
		more args
		want read
	}{
		"plain":                  {text: "plain words", want: read{Text: "plain words"}},
		"channel":                {text: "<!channel> a", want: read{Text: "@channel a", Pinged: []string{"@channel"}}},
		"here":                   {text: "<!here|@here>", want: read{Text: "@here", Pinged: []string{"@here"}}},
		"everyone":               {text: "<!everyone>", want: read{Text: "@everyone", Pinged: []string{"@everyone"}}},
		"group":                  {text: "<!subteam^S1>", want: read{Text: "@group", Pinged: []string{"S1"}}},
		"person":                 {text: "<@U0000000001>", want: read{Text: "@Mei <!channel>", Pinged: []string{"U0000000001"}}},
		"somebody unknown":       {text: "<@U1>", want: read{Text: "@U1", Pinged: []string{"U1"}}},
		"channel link":           {text: "<#C1|x>", want: read{Text: "#x", Links: link("#C1", "#x")}},
		"trap":                   {text: "<https://evil.example|https://bank.example>", want: read{Text: "https://bank.example", Links: link("https://evil.example", "https://bank.example")}},
		"bare address":           {text: "see https://a.example/b?c=1&amp;d=2.", want: read{Text: "see https://a.example/b?c=1&d=2.", Links: link("https://a.example/b?c=1&d=2", "https://a.example/b?c=1&d=2")}},
		"escaped":                {text: "&lt;!channel&gt; &amp;lt; &lt;@U0000000001&gt;", want: read{Text: "<!channel> &lt; <@U0000000001>"}},
		"bare names":             {text: "@here @mei a@mei.example", want: read{Text: "@here @mei a@mei.example"}},
		"bare names, link_names": {text: "@here @mei a@mei.example", more: args{"link_names": "true"}, want: read{Text: "@here @mei a@mei.example", Pinged: []string{"@here", "U0000000001"}}},
		"bare names, parse full": {text: "@channel", more: args{"parse": "full"}, want: read{Text: "@channel", Pinged: []string{"@channel"}}},
		"styles":                 {text: "*a b* _c_ ~d~ `e` 2*3*4 a_b_c", want: read{Text: "a b c d e 2*3*4 a_b_c"}},
		"no styles in code":      {text: "`*a*` ```\n_b_\n```", want: read{Text: "*a* _b_"}},
		"marks with gaps":        {text: "* a * _ b _", want: read{Text: "* a * _ b _"}},
		"quote":                  {text: "a\n&gt; b", want: read{Text: "a\nb"}},
		"mrkdwn is false":        {text: "*a* <!here>", more: args{"mrkdwn": "false"}, want: read{Text: "*a* @here", Pinged: []string{"@here"}}},
		"plain_text": {text: "a", more: args{"blocks": []args{{"type": "header", "text": plain("*a* <!here> <https://a.example|b>")}}}, want: read{
			Text: "*a* <!here> <https://a.example|b>",
		}},
		"text beside blocks": {text: "<!here>", more: args{"blocks": section("*b*")}, want: read{Text: "b", Pinged: []string{"@here"}}},
		"verbatim": {text: "a", more: args{"blocks": []args{
			{"type": "section", "text": args{"type": "mrkdwn", "text": "https://a.example", "verbatim": true}},
		}}, want: read{Text: "https://a.example"}},
		"rich text": {text: "a", more: args{"blocks": []args{{"type": "rich_text", "elements": []args{
			{"type": "rich_text_section", "elements": []args{
				{"type": "text", "text": "*a* <!here> ", "style": args{"bold": true}}, {"type": "user", "user_id": "U0000000001"}, {"type": "broadcast", "range": "here"},
			}},
			{"type": "rich_text_quote", "elements": []args{{"type": "link", "url": "https://evil.example", "text": "bank"}}},
		}}}}, want: read{
			Text: "*a* <!here> @Mei <!channel>@here\nbank", Pinged: []string{"U0000000001", "@here"}, Links: link("https://evil.example", "bank"),
		}},
		"markdown": {text: "a", more: args{"blocks": []args{{"type": "markdown", "text": "[bank](https://evil.example/x)"}}}, want: read{
			Text: "bank", Links: link("https://evil.example/x", "bank"),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fake.Config{})
			a := args{"text": c.text}
			for k, v := range c.more {
				a[k] = v
			}
			w.say(w.chat, a)
			m := w.chat.Said()[0]
			if name == "markdown" {
				m.Links = m.Links[len(m.Links)-1:]
			}
			if diff := cmp.Diff(c.want, read{m.Text, m.Pinged, m.Links}); diff != "" {
				t.Errorf("%q (-want +got):\n%s", c.text, diff)
			}
		})
	}
}

// TestTyped checks how what people type arrives (platform-facts.md 74).
func TestTyped(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"<!channel> & co":                  "&lt;!channel&gt; &amp; co",
		"see https://a.example/b?c=1&d=2.": "see <https://a.example/b?c=1&amp;d=2>.",
		"[a](https://a.example)":           "[a](<https://a.example>)",
	} {
		if got := fake.Typed(in); got != want {
			t.Errorf("typed %q: %q, want %q", in, got, want)
		}
	}
}

// TestLongText checks that a text is cut (platform-facts.md 81), and what is fetched (87).
func TestLongText(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	w.say(w.chat, args{"text": long(40001)})
	if n := len([]rune(w.chat.Said()[0].Text)); n != 40000 {
		t.Errorf("81: %d characters, want 40000", n)
	}
	w.say(w.chat, args{"text": "https://a.example"})
	w.say(w.chat, args{"text": "https://a.example", "unfurl_links": "false", "unfurl_media": "false"})
	if said := w.chat.Said(); !said[1].Unfurls || said[2].Unfurls {
		t.Errorf("87: unfurls %v and %v, want true and false", said[1].Unfurls, said[2].Unfurls)
	}
	w.unmistaken()
	w.say(w.chat, args{"text": "", "blocks": section("a")})
	if m := w.Mistakes(); len(m) != 1 {
		t.Errorf("84: blocks without a text: mistakes %q, want one", m)
	}
	parent := w.say(w.chat, nil)
	reply := w.say(w.chat, args{"thread_ts": parent})
	w.say(w.chat, args{"thread_ts": reply})
	if said := w.chat.Said(); said[len(said)-1].Thread != parent {
		t.Errorf("73: reply to a reply stands in %q", said[len(said)-1].Thread)
	}
	if m := w.Mistakes(); len(m) != 2 {
		t.Errorf("73: reply to a reply: mistakes %q, want one more", m)
	}
}
