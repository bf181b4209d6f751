package main

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/upload"
	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/text"
)

// This file makes the channels, and what stands beside them, of the settings.

// telegramAdapter is the bot on Telegram. poke is called when something was put into the inbox.
func telegramAdapter(s settings, st *stores, poke func()) (*telegram.Adapter, error) {
	words, err := text.New(words)
	if err != nil {
		return nil, err
	}
	return telegram.New(telegram.Config{
		Token: s.Telegram.text, APIURL: string(s.TelegramAPI), Secret: string(s.TelegramWebhook), PublicURL: string(s.PublicURL),
		Desk: s.TelegramDesk.String(), Rate: int(s.TelegramRate), Media: st.media,
		Limits: st.sessions, Leases: st.sessions, Owner: rand.Text(), Typing: true,
		Post: func(ctx context.Context, list ...bot.Inbound) error {
			defer poke()
			return posted(st.database.Post(ctx, list...))
		},
		Commands: telegramMenus(words), Log: s.logger(os.Stderr), Now: now,
	}), nil
}

// slackAdapter is the bot on Slack.
func slackAdapter(s settings, st *stores, poke func()) *slack.Adapter {
	return slack.New(slack.Config{
		Token: s.Slack.text, APIURL: string(s.SlackAPI), SigningSecret: string(s.SlackSecret), AppToken: string(s.SlackApp),
		PublicURL: string(s.PublicURL), Desk: string(s.SlackDesk), Media: st.media, Limits: st.sessions,
		Post: func(ctx context.Context, list ...bot.Inbound) error {
			defer poke()
			return st.database.Post(ctx, list...)
		},
		Heard: func(ctx context.Context) (map[string]int64, error) { return heardLately(ctx, st.database, slack.Name) },
		Spool: filepath.Join(s.DataDir, "slack"), Log: s.logger(os.Stderr), Now: now,
	})
}

const (
	lately    = 24 * time.Hour // chats in which nothing was heard for longer are not looked through
	mostHeard = 1000           // of more, those in which something was heard last
)

// heardLately returns a channel's chats in which something was heard lately, each with the Order of the last
// message that was worked.
func heardLately(ctx context.Context, db bot.Snapshots, channel string) (map[string]int64, error) {
	sessions, err := db.Heard(ctx, channel, now().Add(-lately), mostHeard)
	if err != nil {
		return nil, err
	}
	chats := map[string]int64{}
	for _, s := range sessions {
		chats[s.Key.Chat] = max(chats[s.Key.Chat], s.Order)
	}
	return chats, nil
}

// String returns the number as Telegram writes it; nothing when it is not set.
func (g groupID) String() string {
	if g == 0 {
		return ""
	}
	return strconv.FormatInt(int64(g), 10)
}

// uploadPage is where people upload what their channel does not hand over. Without an address under which they
// reach it there is none.
func uploadPage(ctx context.Context, s settings, st *stores, poke func()) (*upload.Page, error) {
	if s.PublicURL == "" {
		return nil, nil //nolint:nilnil // nothing is a valid answer here
	}
	secret, err := st.database.Secret(ctx, "uploads")
	if err != nil {
		return nil, err
	}
	return upload.New(upload.Config{
		Uploads: st.database, Media: st.media, Secret: secret, PublicURL: string(s.PublicURL),
		Log: s.logger(os.Stderr), Poke: poke, Now: now,
	})
}

// rooms are the engineers'.
func (s settings) rooms() (list []bot.Address) {
	if s.WebDesk == on {
		list = append(list, bot.Address{Channel: web.Name, Chat: web.Desk})
	}
	if s.SlackDesk != "" {
		list = append(list, bot.Address{Channel: slack.Name, Chat: string(s.SlackDesk)})
	}
	if s.TelegramDesk != 0 {
		list = append(list, bot.Address{Channel: telegram.Name, Chat: s.TelegramDesk.String()})
	}
	return list
}
