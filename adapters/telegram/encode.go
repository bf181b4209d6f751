package telegram

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

// maxMarkup is how many bytes a text may have before its marks are read (platform-facts.md 27).
const maxMarkup = 32 << 10

var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// mention is a name that Telegram would ping, or a link that may hold one. In an address of mail it does not.
var mention = regexp.MustCompile(`\bhttps?://(?:[\w-]+\.)+[A-Za-z]{2,}(?:[/?#][\w@/.~%=&;?#+-]*)?|(?:^|\W)@\w{2,}`)

// unnamed sets the names in a text as code, which pings nobody.
func unnamed(t string) string {
	return mention.ReplaceAllStringFunc(t, func(m string) string {
		if strings.HasPrefix(m, "http") {
			return m
		}
		at := strings.LastIndexByte(m, '@')
		return m[:at] + "<code>" + m[at:] + "</code>"
	})
}

// accounts are the numbers of people.
var accounts = regexp.MustCompile(`^[1-9][0-9]*$`)

// encodeText writes a text as Telegram's HTML (platform-facts.md 30). In a group names are set as code, or
// whoever a customer names would be pinged (promise P6); those of mentions ping their accounts where they stand
// in bold, as no words of people do.
func encodeText(text string, group bool, mentions ...bot.Mention) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/8)
	for _, s := range bot.Spans(text) {
		t := markup.Replace(s.Text)
		if group && !s.Code && strings.Contains(t, "@") {
			t = unnamed(t)
		}
		switch {
		case s.Bold:
			i := slices.IndexFunc(mentions, func(m bot.Mention) bool { return m.Name == s.Text && accounts.MatchString(string(m.Account)) })
			if i >= 0 {
				t = `<a href="tg://user?id=` + string(mentions[i].Account) + `">` + markup.Replace(s.Text) + "</a>"
			}
			b.WriteString("<b>" + t + "</b>")
		case s.Code:
			b.WriteString("<code>" + t + "</code>")
		default:
			b.WriteString(t)
		}
	}
	return b.String()
}

// put writes a text into parameters under a name, with its marks, or without them when plain.
func put(p tgbotapi.Params, name, text string, plain bool, mentions ...bot.Mention) {
	if text == "" {
		return
	}
	marked := encodeText(text, strings.HasPrefix(p["chat_id"], "-"), mentions...)
	if plain || len(marked) > maxMarkup {
		p[name] = bot.Plain(text)
		return
	}
	p[name] = marked
	if marked != text {
		p["parse_mode"] = "HTML"
	}
}

// params returns what every message to an address has.
func params(to bot.Address, replyTo bot.MessageID) tgbotapi.Params {
	p := tgbotapi.Params{"chat_id": to.Chat}
	if to.Thread != "" && to.Thread != strconv.Itoa(general) {
		p["message_thread_id"] = to.Thread
	}
	if replyTo != "" {
		p["reply_parameters"] = fmt.Sprintf(`{"message_id":%s,"allow_sending_without_reply":true}`, number(replyTo))
	}
	return p
}

// number returns the id of a message as JSON's number, whatever it is that came.
func number(id bot.MessageID) string {
	n, _ := strconv.ParseInt(string(id), 10, 64)
	return itoa(n)
}

// short is how long two labels may be to stand side by side on a telephone, in UTF-16 units. Chinese
// characters are twice as wide.
const short = 14

// keyboard returns the buttons under a message: one in a row, and short ones in pairs.
func keyboard(choices []bot.Choice) *tgbotapi.InlineKeyboardMarkup {
	rows := [][]tgbotapi.InlineKeyboardButton{}
	for i := 0; i < len(choices); i++ {
		row := []tgbotapi.InlineKeyboardButton{button(choices[i])}
		if i+1 < len(choices) && len(choices) > 2 && isShort(choices[i]) && isShort(choices[i+1]) {
			i++
			row = append(row, button(choices[i]))
		}
		rows = append(rows, row)
	}
	return &tgbotapi.InlineKeyboardMarkup{InlineKeyboard: rows}
}

func isShort(c bot.Choice) bool {
	width := 0
	for _, r := range c.Label {
		width++
		if r >= 0x1100 {
			width++
		}
	}
	return width <= short
}

// maxButton keeps a label that nobody fitted from making the whole message fail.
const maxButton = 200

func button(c bot.Choice) tgbotapi.InlineKeyboardButton {
	label := wording.Clip(c.Label, maxButton)
	if label == "" {
		label = "…"
	}
	if c.URL != "" {
		return tgbotapi.NewInlineKeyboardButtonURL(label, c.URL)
	}
	return tgbotapi.NewInlineKeyboardButtonData(label, string(c.ID))
}
