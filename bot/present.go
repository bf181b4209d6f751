package bot

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// presentFor is how long somebody counts as being in the desk's room after he was seen there: the platform is not asked
// in every turn. Whoever leaves the room has the desk's commands in private for so long at most.
const presentFor = time.Minute

// present remembers people who were seen in a room of the desk.
type present struct {
	mu   sync.Mutex
	seen map[duty.PersonID]time.Time
}

func (p *present) lately(id duty.PersonID, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.seen[id]
	return ok && now.Sub(at) < presentFor
}

func (p *present) note(id duty.PersonID, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil {
		p.seen = map[duty.PersonID]time.Time{}
	}
	p.seen[id] = now
}

// inRooms tells whether one of the desk's people, who writes in private, is in a room of the desk by any account of his.
// Where no channel can tell, he counts as being there.
func (e *Engine) inRooms(ctx context.Context, person duty.Person, in Inbound) (bool, error) {
	if e.present.lately(person.ID, e.now()) {
		return true, nil
	}
	told := false
	for _, room := range e.rooms() {
		roomer, ok := e.adapters[room.Channel].(Roomer)
		if !ok {
			continue
		}
		for _, id := range e.accountsOf(person, room.Channel, in) {
			is, err := roomer.InRoom(ctx, room, id)
			switch {
			case errors.Is(err, ErrRefused), errors.Is(err, ErrGone), errors.Is(err, ErrNotFound):
				e.log.WarnContext(ctx, "the channel does not tell who is in the desk's room: run 'supportbot doctor'", "channel", room.Channel, "err", err)
				continue
			case err != nil:
				return false, err
			case is:
				e.present.note(person.ID, e.now())
				return true, nil
			}
			told = true
		}
	}
	return !told, nil
}

// accountsOf lists the accounts of one of the desk's people on a channel, with the one that writes.
func (e *Engine) accountsOf(person duty.Person, channel string, in Inbound) (list []claim.PersonID) {
	if in.To.Channel == channel {
		list = append(list, in.From.ID)
	}
	if id := person.Accounts[channel]; id != "" {
		list = append(list, id)
	}
	if crew := e.crew.Load(); crew != nil {
		for _, a := range *crew {
			if a.Person == person.ID && a.Channel == channel {
				list = append(list, a.ID)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
