package stage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/bot/script"
)

// deskFile is the sample desk as somebody's own file. Engineers of a transcript who stand in it by their names there - wang,
// chen, li - are linked on every channel; others in the room are strangers to the desk.
var deskFile = sync.OnceValue(func() *duty.Desk {
	d, _, err := duty.Load("desk.yaml", duty.DefaultYAML())
	if err != nil {
		panic(err) // a test loads it
	}
	return d
})

// deskOf is the desk file of a scene, with the lines of its roster behind it.
func deskOf(s script.Scene) (*duty.Desk, error) {
	if len(s.Roster) == 0 {
		return deskFile(), nil
	}
	d, _, err := duty.Load("desk of the transcript", []byte(string(duty.DefaultYAML())+strings.Join(s.Roster, "\n")))
	return d, err
}

// accounts are those of the scene's engineers whom the desk file has, on a channel.
func accounts(s script.Scene, channel string, id func(script.Person) claim.PersonID) (list []bot.Account) {
	for _, p := range s.Persons {
		person, ok := deskFile().Person(duty.PersonID(p.Name))
		if p.Engineer && ok {
			list = append(list, bot.Account{Person: person.ID, Channel: channel, ID: id(p), At: s.At})
		}
	}
	return list
}

// crew links the scene's engineers on a channel.
func (e *Engine) crew(ctx context.Context, channel string) error {
	for _, a := range accounts(e.scene, channel, e.personID) {
		if err := e.db.Store.PutAccount(ctx, a); err != nil {
			return fmt.Errorf("link engineer: %w", err)
		}
	}
	return nil
}

// issue makes a code for each of the desk's people, as the command line does: 4711-0001 for the first of the file.
// They are good for the first minutes of the transcript.
func (e *Engine) issue(ctx context.Context) error {
	for _, p := range deskFile().People {
		if _, err := bot.IssueCode(ctx, e.db.Store, p.ID, e.now(), e.code); err != nil {
			return err
		}
	}
	return nil
}

// code numbers the codes that are made.
func (e *Engine) code() string {
	return fmt.Sprintf("4711-%04d", e.issued.Add(1))
}

// isEngineer tells whether an account is that of somebody in the engineers' room.
func (e *Engine) isEngineer(id claim.PersonID) bool {
	return slices.ContainsFunc(e.scene.Persons, func(p script.Person) bool { return p.Engineer && e.personID(p) == id })
}
