package bot

import (
	"context"
	"time"
	"unicode"
)

// Translator turns a customer's words into the desk's language. There is none unless one is plugged in. What it makes
// is marked as a machine's, stands beside the original words and never in their place, and is used for nothing that the
// program itself says, least of all for safety sentences.
type Translator interface {
	// Translate returns the text in another language; tags as those of the catalogue. It ends when ctx does. What has
	// no translation is an error. It is safe for concurrent use.
	Translate(ctx context.Context, text, from, to string) (string, error)
}

const (
	translateTime = 3 * time.Second // one translation may take; then the original stands alone
	translateRest = time.Minute     // after a failure nothing is tried for so long
)

// addTranslation puts a machine's translation below news of what a customer has written. It is done in the room's own
// conversation: no customer waits for it, and without it the news is told all the same.
func (t *turn) addTranslation(ctx context.Context, ev Told) error {
	if t.e.translator == nil || !t.inRoom() {
		return nil
	}
	switch ev.News { // emergencies wait for nothing, and the others hold no customer's words
	case NewsOpened, NewsAdded, NewsSupplied, NewsRevised:
	default:
		return nil
	}
	c, err := t.e.store.Claim(ctx, ev.Claim)
	if err != nil {
		return err
	}
	words := ev.Text
	if ev.News == NewsOpened {
		words = c.Description
	}
	if text := t.e.translated(ctx, words, writtenIn(words, c.Lang)); text != "" {
		t.say = append(t.say, Say("desk.machine_text", "Text", text))
	}
	return nil
}

// writtenIn guesses the language of words: what has Chinese characters is Chinese.
func writtenIn(words, lang string) string {
	for _, r := range words {
		if unicode.Is(unicode.Han, r) {
			return "zh"
		}
	}
	return lang
}

// translated returns words in the desk's language; empty = there is no translation, or none is needed.
func (e *Engine) translated(ctx context.Context, words, from string) string {
	if words == "" || from == deskLang || from == "" || e.now().Unix() < e.mute.Load() {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, translateTime)
	defer cancel()
	text, err := e.translator.Translate(ctx, words, from, deskLang)
	if err != nil {
		e.mute.Store(e.now().Add(translateRest).Unix())
		e.log.WarnContext(ctx, "nothing is translated for a minute, the original words stand alone", "from", from, "err", err)
		return ""
	}
	return text
}
