package stage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot/script"
)

// Visited is [Served] with customers on the program's own page, each in a browser of their own. Nobody has told
// the program who they are: all of them are strangers.
type Visited struct {
	Served

	front *httptest.Server // leads to the program as it runs now
	pages map[string]*page // by the person's name
	notes []script.Heard
}

// NewVisited is the program at a path, which [Build] made, with its desk on a platform.
func NewVisited(path string, desk Platform) *Visited {
	v := &Visited{Served: *NewServed(path, desk, desk), pages: map[string]*page{}}
	v.Env = []string{"WEB_CHAT=on"}
	return v
}

// Setup starts the desk's platform, writes the scene, starts the program and opens the pages.
func (v *Visited) Setup(ctx context.Context, s script.Scene) error {
	if err := v.Served.Setup(ctx, s); err != nil {
		return err
	}
	v.front = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { v.proxy().ServeHTTP(w, r) }))
	for _, p := range s.Persons {
		if p.Engineer {
			continue
		}
		page, err := openPage(ctx, v.front.URL, v.now)
		if err != nil {
			return err
		}
		page.visitor, v.pages[p.Name] = true, page
	}
	return nil
}

// Close ends the program and all that is before it.
func (v *Visited) Close() error {
	if v.front != nil {
		v.front.CloseClientConnections()
		v.front.Close()
	}
	return v.Served.Close()
}

// Say lets a customer do something on the page, or an engineer on the desk's platform.
func (v *Visited) Say(ctx context.Context, in script.Input) error {
	if in.Place.Room == script.Desk {
		return v.Served.Say(ctx, in)
	}
	note, err := v.pages[in.From.Name].post(ctx, v.link, in)
	if err != nil {
		return fmt.Errorf("%w\n%s", err, v.log)
	}
	if note != "" {
		v.notes = append(v.notes, script.Noted{Place: in.Place, Text: note})
	}
	return v.due(ctx)
}

// Heard returns what the pages show, and what stands in the desk's room, since the last call.
func (v *Visited) Heard(ctx context.Context) ([]script.Heard, error) {
	out, err := v.Served.Heard(ctx)
	out, v.notes = append(v.notes, out...), nil
	for name, p := range v.pages {
		place := script.Place{Room: script.Private, Channel: web.Name, Person: name}
		shown, failed := p.look(ctx, "", p.browser.Me().Customers[0].Chat, place)
		out, err = append(out, shown...), errors.Join(err, failed)
	}
	return out, err
}
