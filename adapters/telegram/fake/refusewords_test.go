package fake_test

import "strings"

// html is a refusal of a text in HTML.
func html(name, text, problem string) refusal {
	return message(name, "can't parse entities: "+problem, params{"text": text, "parse_mode": "HTML"})
}

// markdown is a refusal of a text in MarkdownV2.
func markdown(name, text, problem string) refusal {
	return message(name, "can't parse entities: "+problem, params{"text": text, "parse_mode": "MarkdownV2"})
}

// refusalsOfWords are those of texts.
func refusalsOfWords() []refusal {
	return []refusal{
		message("27: text of 4097 characters", "message is too long", params{"text": strings.Repeat("喷", 4097)}),
		message("27: text of 4097 characters, 8194 UTF-16 units", "message is too long", params{"text": strings.Repeat("👍", 4097)}),
		message("27: text of 4097 characters behind its marks", "message is too long", params{"text": "<b>" + strings.Repeat("&lt;", 4097) + "</b>", "parse_mode": "HTML"}),
		message("27: more than 32768 bytes before parsing", "text is too long", params{"text": strings.Repeat("<b>a</b>", 4096) + "b", "parse_mode": "HTML"}),
		message("27: no text", "message text is empty", params{"text": ""}),
		message("27: blank text", "text must be non-empty", params{"text": " \n\t "}),
		message("27: text of nothing but marks", "text must be non-empty", params{"text": "<b></b>", "parse_mode": "HTML"}),
		message("27: text that nobody sees", "text must be non-empty", params{"text": "\u2060\u200b\u2800"}),
		at("27: caption of 1025 characters", "message caption is too long", func(w *world) (string, params) {
			return "sendDocument", params{"chat_id": w.chat.ID(), "document": []byte("x"), "caption": strings.Repeat("喷", 1025)}
		}),
		at("27: caption of 1025 in an album", "message caption is too long", func(w *world) (string, params) {
			media := []params{{"type": "document", "media": "attach://a", "caption": strings.Repeat("a", 1025)}, {"type": "document", "media": "attach://b"}}
			return "sendMediaGroup", params{"chat_id": w.chat.ID(), "media": media, "a": []byte("x"), "b": []byte("y")}
		}),
		at("27: answer to a press of 201 characters", "MESSAGE_TOO_LONG", func(w *world) (string, params) {
			return "answerCallbackQuery", params{"callback_query_id": w.press(), "text": strings.Repeat("a", 201)}
		}),

		message("29: parse_mode that does not exist", "unsupported parse_mode", params{"parse_mode": "HTM"}),
		markdown("29: dot", "Done.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
		markdown("29: hyphen", "OS-2025", "Character '-' is reserved and must be escaped with the preceding '\\'"),
		markdown("29: one bar", "a|b", "Character '|' is reserved and must be escaped with the preceding '\\'"),
		markdown("29: > inside a line", "a > b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
		markdown("29: bold without end", "ab *c", "Can't find end of Bold entity at byte offset 3"),
		markdown("29: italic without end", "喷 _c", "Can't find end of Italic entity at byte offset 4"),
		markdown("29: underline without end", "__c", "Can't find end of Underline entity at byte offset 0"),
		markdown("29: code without end", "`c", "Can't find end of Code entity at byte offset 0"),
		markdown("29: block without end", "```\nc``", "Can't find end of Pre entity at byte offset 0"),
		markdown("29: link without end", "[c](https://optoste.com", "Can't find end of a URL at byte offset 4"),
		markdown("29: words of a link without end", "[c", "Can't find end of TextUrl entity at byte offset 0"),
		markdown("29: emoji with another address", "![a](https://a.com)", "Invalid tg://emoji or tg://time URL specified"),
		markdown("29: emoji without its address", "![a]", "The entity must contain a tg://emoji or tg://time URL"),

		html("30: br", "a<br>b", `Unsupported start tag "br" at byte offset 1`),
		html("30: p", "<P>a</P>", `Unsupported start tag "p" at byte offset 0`),
		html("30: bare <", "1 < 2", `Unsupported start tag "" at byte offset 2`),
		html("30: bare < at the end", "1 <", `Unclosed start tag at byte offset 2`),
		html("30: not closed", "喷<b>a", `Can't find end tag corresponding to start tag "b"`),
		html("30: closed the wrong way round", "<b><i>a</b></i>", `Unmatched end tag at byte offset 7, expected "</i>", found "</b>"`),
		html("30: closed only", "a</b>", "Unexpected end tag at byte offset 1"),
		html("30: end tag without end", "<b>a</b", "Unclosed end tag at byte offset 4"),
		html("30: span of no class", "<span>a</span>", `Tag "span" must have class "tg-spoiler" at byte offset 0`),
		html("30: attribute without a name", `<a ="x">a</a>`, `Empty attribute name in the tag "a" at byte offset 0`),
		html("30: attribute without quotes", `<a href=https://a.b>a</a>`, `Unexpected end of name token at byte offset 8`),
		html("30: attribute without end", `<a href="https://a.b>a</a>`, `Unclosed start tag at byte offset 0`),
		html("30: attribute without a value, nothing behind it", `<a href `, `Unclosed start tag "a" at byte offset 0`),
		html("30: emoji without a number", "<tg-emoji>a</tg-emoji>", "Invalid custom emoji identifier specified"),
	}
}
