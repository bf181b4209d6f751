package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// accounts are where the desk's people are reached: those of the file and those that were linked, the one on which
// direct messages are wanted first.
type accounts map[duty.PersonID][]Account

// accounts lists where the desk's people are reached.
func (e *Engine) accounts(ctx context.Context) (accounts, error) {
	linked, err := e.store.Accounts(ctx)
	if err != nil {
		return nil, fmt.Errorf("read accounts of the desk: %w", err)
	}
	people := accounts{}
	for _, p := range e.duty().People {
		var list []Account
		for _, channel := range slices.Sorted(maps.Keys(p.Accounts)) {
			id := p.Accounts[channel] // by which a private chat is found, too
			list = append(list, Account{Person: p.ID, Channel: channel, ID: id, Chat: string(id)})
		}
		for _, a := range linked {
			if a.Person == p.ID {
				list = append(list, a)
			}
		}
		list = slices.DeleteFunc(list, func(a Account) bool { return e.adapters[a.Channel] == nil || a.ID == "" })
		rank := func(a Account) (n int) {
			if a.Channel != p.Direct {
				n += 2
			}
			if a.Chat == string(a.ID) { // what he has linked knows better where that is
				n++
			}
			return n
		}
		slices.SortStableFunc(list, func(a, b Account) int { return rank(a) - rank(b) })
		people[p.ID] = list
	}
	return people, nil
}

// reached tells whether a direct message reaches somebody.
func (a accounts) reached(id duty.PersonID) bool {
	_, ok := a.private(id)
	return ok
}

// private returns the account on which somebody is written to in private. Who was linked in a room, and has never
// written in private, is not.
func (a accounts) private(id duty.PersonID) (Account, bool) {
	i := slices.IndexFunc(a[id], func(one Account) bool { return one.Chat != "" })
	if i < 0 {
		return Account{}, false
	}
	return a[id][i], true
}

// on returns somebody's account on a channel.
func (a accounts) on(id duty.PersonID, channel string) (claim.PersonID, bool) {
	for _, one := range a[id] {
		if one.Channel == channel {
			return one.ID, true
		}
	}
	return "", false
}
