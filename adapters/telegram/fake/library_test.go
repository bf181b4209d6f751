package fake_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	tg "github.com/go-telegram-bot-api/telegram-bot-api/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// picture returns a picture as PNG.
func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// started returns a server that listens; at the end of the test it must not have seen a mistake.
func started(t *testing.T, cfg fake.Config) *fake.Server {
	t.Helper()
	s := fake.New(cfg)
	s.Start()
	t.Cleanup(func() {
		s.Close()
		for _, m := range s.Mistakes() {
			t.Errorf("mistake: %s", m)
		}
	})
	return s
}

// library connects the library that bots use.
func library(t *testing.T, s *fake.Server) *tg.BotAPI {
	t.Helper()
	bot, err := tg.NewBotAPIWithAPIEndpoint(s.Token(), s.URL()+"/bot%s/%s")
	if err != nil {
		t.Fatal(err)
	}
	return bot
}

func TestLibrary(t *testing.T) {
	t.Parallel()
	s := started(t, fake.Config{Username: "optoste_test_bot"})
	bot := library(t, s)
	if bot.Self.UserName != "optoste_test_bot" || bot.Self.ID != s.BotID() || !bot.Self.IsBot {
		t.Errorf("getMe = %+v", bot.Self)
	}

	mei := s.NewPerson(fake.Profile{First: "Mei", Last: "Lin", Lang: "zh-hans"})
	start := mei.Start("OS-2025-0417")
	photo := mei.Chat().Send(mei, fake.Post{Text: "the plate", Media: &fake.Media{Kind: fake.Photo, Content: picture(t, 640, 480)}})

	updates, err := bot.GetUpdates(tg.UpdateConfig{Limit: 10})
	if err != nil || len(updates) != 2 {
		t.Fatalf("GetUpdates = %+v, %v; want two", updates, err)
	}
	m := updates[0].Message
	if m.Command() != "start" || m.CommandArguments() != "OS-2025-0417" || m.From.LanguageCode != "zh-hans" || !m.Chat.IsPrivate() {
		t.Errorf("first message = %+v", m)
	}
	if sizes := updates[1].Message.Photo; len(sizes) != 3 || sizes[0].Width >= sizes[2].Width || updates[1].Message.Caption != "the plate" {
		t.Errorf("photo = %+v", sizes)
	}
	if start.ID() != int64(updates[0].UpdateID) || photo.ID() != start.ID()+1 {
		t.Errorf("ids = %d, %d", start.ID(), photo.ID())
	}

	reply := tg.NewMessage(m.Chat.ID, "<b>Hello</b> &lt;Mei&gt;")
	reply.ParseMode = tg.ModeHTML
	reply.ReplyMarkup = tg.NewInlineKeyboardMarkup(tg.NewInlineKeyboardRow(tg.NewInlineKeyboardButtonData("Report", "f1.1.report")))
	sent, err := bot.Send(reply)
	if err != nil {
		t.Fatal(err)
	}
	press := mei.Chat().PressLabel(mei, int64(sent.MessageID), "Report")
	updates, err = bot.GetUpdates(tg.UpdateConfig{Offset: updates[1].UpdateID + 1})
	if err != nil || len(updates) != 1 || updates[0].CallbackQuery.Data != "f1.1.report" {
		t.Fatalf("GetUpdates = %+v, %v; want the press", updates, err)
	}
	<-start.Acked()
	if _, err := bot.Request(tg.NewCallback(updates[0].CallbackQuery.ID, "one moment")); err != nil {
		t.Error(err)
	}
	<-press.Answered()
	if _, err := bot.Send(tg.NewEditMessageText(m.Chat.ID, sent.MessageID, "Done")); err != nil {
		t.Error(err)
	}
	doc := tg.NewDocument(m.Chat.ID, tg.FileBytes{Name: "card.pdf", Bytes: []byte("%PDF-1.4")})
	if _, err := bot.Send(doc); err != nil {
		t.Error(err)
	}
	if _, err := bot.SendMediaGroup(tg.NewMediaGroup(m.Chat.ID, []any{
		tg.NewInputMediaPhoto(tg.FileBytes{Name: "a.png", Bytes: picture(t, 20, 20)}),
		tg.NewInputMediaPhoto(tg.FileBytes{Name: "b.png", Bytes: picture(t, 20, 30)}),
	})); err != nil {
		t.Error(err)
	}
	var said []string
	for _, m := range mei.Chat().Said() {
		kind := ""
		if len(m.Files) > 0 {
			kind = string(m.Files[0].Kind) + " " + m.Files[0].Name
		}
		said = append(said, m.Text+kind)
	}
	if diff := cmp.Diff([]string{"Done", "document card.pdf", "photo ", "photo "}, said); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}
