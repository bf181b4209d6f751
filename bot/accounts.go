package bot

import (
	"context"
	"slices"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// account is where one of the desk's people is on a channel.
type account struct {
	ID claim.PersonID
	To Address // the private chat with the bot
}

// accounts are those of the desk's people, the one on which direct messages are wanted first.
type accounts map[duty.PersonID][]account

// accounts lists where the desk's people are reached.
func (e *Engine) accounts(context.Context) (accounts, error) {
	list := accounts{}
	for _, p := range e.duty().People {
		wanted, _, _ := p.Reach()
		for channel, id := range p.Accounts {
			if e.adapters[channel] == nil || id == "" {
				continue
			}
			a := account{id, Address{Channel: channel, Chat: string(id)}}
			if channel == wanted {
				list[p.ID] = slices.Insert(list[p.ID], 0, a)
			} else {
				list[p.ID] = append(list[p.ID], a)
			}
		}
	}
	return list, nil
}

// reached tells whether a direct message reaches somebody.
func (a accounts) reached(id duty.PersonID) bool { return len(a[id]) > 0 }

// on returns somebody's account on a channel.
func (a accounts) on(id duty.PersonID, channel string) (claim.PersonID, bool) {
	for _, one := range a[id] {
		if one.To.Channel == channel {
			return one.ID, true
		}
	}
	return "", false
}
