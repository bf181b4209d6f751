package stage

import (
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/script"
	"github.com/optoste/supportbot/bot/text"
)

// counted is a catalogue that counts which keys were used.
type counted struct {
	*text.Catalogue
	cover *script.Coverage
}

func (c *counted) Render(lang string, t bot.Text) string {
	c.count(lang, t)
	return c.Catalogue.Render(lang, t)
}

func (c *counted) Words(key string) []string {
	for _, lang := range c.Languages() {
		c.cover.Text(lang + "/" + key)
	}
	return c.Catalogue.Words(key)
}

func (c *counted) count(lang string, t bot.Text) {
	c.cover.Text(lang + "/" + t.Key)
	for _, arg := range t.Args {
		switch arg := arg.(type) {
		case bot.Text:
			c.count(lang, arg)
		case []bot.Text:
			for _, one := range arg {
				c.count(lang, one)
			}
		case bot.Lines:
			for _, one := range arg {
				c.count(lang, one)
			}
		}
	}
}
