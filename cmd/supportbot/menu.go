package main

import (
	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/text"
)

// menus are the commands that a channel shows in its menu, by the kind of chat. Others work as well; these are
// the ones worth finding.
var menus = []struct {
	scope    string
	commands []string
}{
	{"all_private_chats", []string{"report", "claims", "drafts", "person", "help", "language", "cancel"}},
	{"all_group_chats", []string{"report", "help"}},
	{"desk", []string{"reply", "help", "language"}},
}

// telegramMenus says the menus in every language of the catalogue; whoever has another language sees the first.
func telegramMenus(words *text.Catalogue) []telegram.CommandSet {
	var sets []telegram.CommandSet
	for _, m := range menus {
		for i, lang := range words.Languages() {
			list := make([]telegram.Command, len(m.commands))
			for n, name := range m.commands {
				list[n] = telegram.Command{Name: name, Description: words.Render(lang, bot.Say("command."+name))}
			}
			if i == 0 {
				sets = append(sets, telegram.CommandSet{Scope: m.scope, List: list})
			}
			sets = append(sets, telegram.CommandSet{Lang: lang, Scope: m.scope, List: list})
		}
	}
	return sets
}
