package web_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/desk"
	"github.com/optoste/supportbot/bot/duty"
)

// shelf is a few claims as the pages get them.
type shelf struct {
	mu      sync.Mutex
	claims  []claim.Claim
	history map[claim.ID][]desk.Entry
	asked   []string // who asked for what
	left    bool     // Wang is none of the desk's people any more
}

// keys stands for the catalogue: it says the key and what goes with it.
func keys(key string, pairs ...any) string {
	var b strings.Builder
	b.WriteString(key)
	for i := 1; i < len(pairs); i += 2 {
		fmt.Fprint(&b, " ", pairs[i])
	}
	return b.String()
}

// change changes a claim, and what its history says of it.
func (s *shelf) change(id claim.ID, e desk.Entry, f func(*claim.Claim)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.claims {
		if s.claims[i].ID == id {
			f(&s.claims[i])
		}
	}
	s.history[id] = append(s.history[id], e)
}

func (s *shelf) ask(what string) func() {
	s.mu.Lock()
	s.asked = append(s.asked, what)
	return s.mu.Unlock
}

func (s *shelf) Queue(_ context.Context, me claim.PersonID, lang string) ([]desk.Section, error) {
	defer s.ask("queue of " + string(me) + " in " + lang)()
	list := []desk.Section{}
	for _, g := range desk.Queue(s.claims, desk.View{Me: me, Now: noon, Roster: duty.Default()}) {
		list = append(list, desk.Section{Name: g.Name, Rows: rows(g.Claims)})
	}
	return list, nil
}

func rows(claims []claim.Claim) []desk.Row {
	list := []desk.Row{}
	for _, c := range claims {
		list = append(list, desk.RowOf(c, noon, keys))
	}
	return list
}

func (s *shelf) Find(_ context.Context, words, _ string) ([]desk.Row, int, error) {
	defer s.ask("find " + words)()
	var found []claim.Claim
	for _, c := range s.claims {
		if strings.Contains(c.Description, words) {
			found = append(found, c)
		}
	}
	return rows(found), len(found), nil
}

func (s *shelf) Sheet(_ context.Context, id claim.ID, lang string) (desk.Sheet, error) {
	defer s.ask("claim " + string(id) + " in " + lang)()
	for _, c := range s.claims {
		if c.ID == id {
			card := desk.Document{Title: desk.Title(c, keys), Blocks: []desk.Block{
				{Kind: desk.Field, Label: "Status", Text: string(c.Status)},
				{Kind: desk.Field, Label: "Customer", Text: c.Reporter.Name},
				{Kind: desk.Quote, Text: c.Description},
			}}
			actions := []desk.Action{{ID: "c" + string(c.ID) + ".take", Label: "Take"}}
			return desk.Sheet{Claim: c, Card: card, Actions: actions, History: s.history[id], Zone: c.Reporter.Zone}, nil
		}
	}
	return desk.Sheet{}, bot.ErrNotFound
}

func (s *shelf) OnCall(context.Context) ([]desk.Turn, error) {
	return []desk.Turn{{Level: "First line", Name: "Wang Lei", Until: noon.Add(21 * time.Hour), Reason: "he is ill"}}, nil
}

// Engineer knows one person by one account, until s.left is set.
func (s *shelf) Engineer(_ context.Context, l bot.Login) (web.Person, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left || l.Channel != "chat" || l.Account != "w-1" || l.Person != "wang" {
		return web.Person{}, bot.ErrNotFound
	}
	return web.Person{ID: "wang", Name: "Wang Lei", Lang: "en"}, nil
}

func (s *shelf) leave(left bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = left
}
