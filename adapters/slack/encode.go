package slack

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

// The beginnings of our buttons' action ids.
const (
	choiceAction = "choice."
	linkAction   = "link."
)

// maxNotice is how many bytes of a message are shown in notifications: an update takes no more than 4,000
// (platform-facts.md 81).
const maxNotice = 3900

// address is a link that a client would make one, too, when it stood in marked-up text.
var address = regexp.MustCompile(`https?://[^\s<>"]+[^\s<>".,;:!?'()\[\]]`)

// words returns a text as rich text, whose elements are typed: what stands in them is not read for marks
// (platform-facts.md 87). Addresses lead where they say. The names of mentions call their accounts where they stand
// in bold, as no words of people do.
func words(text string, mentions ...bot.Mention) slackgo.Block {
	var list []slackgo.RichTextSectionElement
	for _, s := range bot.Spans(text) {
		style := (*slackgo.RichTextSectionTextStyle)(nil)
		if s.Bold || s.Code {
			style = &slackgo.RichTextSectionTextStyle{Bold: s.Bold, Code: s.Code}
		}
		if i := slices.IndexFunc(mentions, func(m bot.Mention) bool { return s.Bold && m.Name == s.Text && users.MatchString(string(m.Account)) }); i >= 0 {
			list = append(list, slackgo.NewRichTextSectionUserElement(string(mentions[i].Account), style))
			continue
		}
		rest := s.Text
		for at := address.FindStringIndex(rest); at != nil && !s.Code; at = address.FindStringIndex(rest) {
			if at[0] > 0 {
				list = append(list, slackgo.NewRichTextSectionTextElement(rest[:at[0]], style))
			}
			list = append(list, slackgo.NewRichTextSectionLinkElement(rest[at[0]:at[1]], "", style))
			rest = rest[at[1]:]
		}
		if rest != "" {
			list = append(list, slackgo.NewRichTextSectionTextElement(rest, style))
		}
	}
	if len(list) == 0 {
		list = append(list, slackgo.NewRichTextSectionTextElement("…", nil))
	}
	return slackgo.NewRichTextBlock("", slackgo.NewRichTextSection(list...))
}

// notice returns what notifications and screen readers get of a text, escaped (platform-facts.md 84, 87).
func notice(text string) string {
	full := escape(bot.Plain(text))
	if len(full) <= maxNotice {
		return full
	}
	var b strings.Builder
	for _, r := range bot.Plain(text) {
		c := escape(string(r))
		if b.Len()+len(c)+len("…") > maxNotice {
			break
		}
		b.WriteString(c)
	}
	return b.String() + "…"
}

// users are the ids of people of our workspace.
var users = regexp.MustCompile(`^[UW][A-Z0-9]+$`)

// blocks returns a text with its buttons.
func blocks(text string, choices []bot.Choice, mentions ...bot.Mention) []slackgo.Block {
	list := []slackgo.Block{words(text, mentions...)}
	if len(choices) == 0 {
		return list
	}
	buttons := make([]slackgo.BlockElement, len(choices))
	for i, c := range choices {
		buttons[i] = button(i, c)
	}
	return append(list, slackgo.NewActionBlock("", buttons...))
}

func button(i int, c bot.Choice) *slackgo.ButtonBlockElement {
	text := label(c.Label, maxLabel)
	if c.URL != "" {
		b := slackgo.NewButtonBlockElement(linkAction+strconv.Itoa(i), "", text)
		b.URL = c.URL
		return b
	}
	return slackgo.NewButtonBlockElement(choiceAction+strconv.Itoa(i), string(c.ID), text)
}

// label returns words that are not read for marks, at most so many characters of them.
func label(s string, most int) *slackgo.TextBlockObject {
	s = wording.Clip(s, most)
	if strings.TrimSpace(s) == "" {
		s = "…"
	}
	return slackgo.NewTextBlockObject(slackgo.PlainTextType, s, false, false) // no emoji: a colon's word is a word
}

func hasURL(choices []bot.Choice) bool {
	for _, c := range choices {
		if c.URL != "" {
			return true
		}
	}
	return false
}
