package bot

import (
	"cmp"
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
			list = append(list, Account{Person: p.ID, Channel: channel, ID: p.Accounts[channel]})
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
			if a.Chat == "" {
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
func (a accounts) reached(id duty.PersonID) bool { return len(a[id]) > 0 }

// on returns somebody's account on a channel.
func (a accounts) on(id duty.PersonID, channel string) (claim.PersonID, bool) {
	for _, one := range a[id] {
		if one.Channel == channel {
			return one.ID, true
		}
	}
	return "", false
}

// private returns where somebody is written to in private. Who has never written there is found by the account.
func (a Account) private() Address {
	return Address{Channel: a.Channel, Chat: cmp.Or(a.Chat, string(a.ID))}
}
