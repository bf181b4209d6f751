package stage

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	slackfake "github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot/script"
)

// Received is something that reached somebody outside the desk's room, as it went over the line or as it stands in
// the chat now.
type Received struct {
	By   string // the person's name in the transcript; empty = several, or nobody in particular
	How  string // "sendMessage", "file name"
	What string
	Hash string // SHA-256 of a file's content, lower-case hex; empty = it is no file
}

// Received returns all that customers have received so far, and what nobody in particular did. It leaves out what
// stands in the desk's room, and what engineers alone have seen.
func (t *Hosted) Received() []Received {
	return slices.DeleteFunc(t.host.received(), func(r Received) bool {
		return slices.ContainsFunc(t.scene.Persons, func(p script.Person) bool { return p.Engineer && p.Name == r.By })
	})
}

// File returns the content of a file that was stored.
func (e *Engine) File(ctx context.Context, hash string) ([]byte, error) {
	r, err := e.media.Get(ctx, hash)
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	defer r.Close()
	return io.ReadAll(r)
}

// fetches are the calls by which the bot reads what people have sent.
var fetches = []string{"getFile", "download"}

// joinedArgs joins the parameters of a call, in a fixed order.
func joinedArgs(args map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(args)) {
		b.WriteString(name + "=" + args[name] + "\n")
	}
	return b.String()
}

func (m *messenger) received() (list []Received) {
	owner := map[int64]string{}
	for name, p := range m.folk.people {
		owner[p.ID()] = name
	}
	for _, c := range m.server.Calls() {
		if c.Chat != m.folk.desk.ID() && c.Method != "answerCallbackQuery" && !slices.Contains(fetches, c.Method) {
			list = append(list, Received{By: owner[c.Chat], How: c.Method, What: joinedArgs(c.Params)})
		}
	}
	for _, d := range m.folk.order {
		if d.press == nil {
			continue
		}
		for _, a := range d.press.Answers() {
			list = append(list, Received{By: d.by, How: "note on a press", What: a.Text + " " + a.URL})
		}
	}
	for _, p := range m.folk.people {
		for _, s := range p.Chat().Said() {
			by := owner[p.ID()]
			list = append(list, Received{By: by, How: "message", What: s.Text}, Received{By: by, How: "buttons", What: strings.Join(s.Labels(), "\n")})
			for _, f := range s.Files {
				list = append(list, Received{By: by, How: "file name", What: f.Name, Hash: f.Hash})
			}
		}
	}
	return list
}

func (w *workspace) received() (list []Received) {
	owner, chats := map[string]string{}, map[string]string{}
	for name, p := range w.crew.people {
		owner[p.ID()], chats[p.DM().ID()] = name, name
	}
	for _, c := range w.server.Calls() {
		if c.Chat == w.crew.desk.ID() || slices.Contains(fetches, c.Method) || c.Error != "" && c.Chat == "" {
			continue
		}
		list = append(list, Received{By: chats[c.Chat] + owner[c.Person], How: c.Method, What: joinedArgs(c.Args)})
	}
	for name, p := range w.crew.people {
		for _, s := range slices.Concat(p.DM().Said(), p.DM().Ephemeral(p), w.crew.group.Ephemeral(p)) {
			list = append(list, standsOnSlack(name, s)...)
		}
		for _, show := range []func() (slackfake.View, bool){p.Modal, p.Home} {
			if v, ok := show(); ok {
				list = append(list, Received{By: name, How: "window or page", What: fmt.Sprintf("%+v", v)})
			}
		}
	}
	return list
}

// standsOnSlack is what a message shows, its notification included.
func standsOnSlack(by string, s slackfake.Shown) []Received {
	list := []Received{
		{By: by, How: "message", What: s.Text},
		{By: by, How: "notification", What: s.Notice},
		{By: by, How: "name of the bot", What: s.Name},
		{By: by, How: "buttons", What: strings.Join(s.Labels(), "\n")},
	}
	for _, f := range s.Files {
		list = append(list, Received{By: by, How: "file name", What: f.Name, Hash: f.Hash})
	}
	return list
}
