package fake

import (
	"cmp"
	"slices"
	"strconv"
)

// Album lets a person send several files at once: messages one by one, with one media_group_id, no
// count and no end mark (platform-facts.md 15). order is the order in which their updates come, by
// index; nil = as they were sent. A straggler is a [Post] with the Album of the first ones.
func (c *Chat) Album(by *Person, order []int, posts ...Post) []*Update {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.nextID.album++
	name := albumID(c.s.nextID.album)
	held := &hold{chats: []int64{c.id}}
	c.s.updates.held = append([]*hold{held}, c.s.updates.held...)
	var list []*Update
	for _, p := range posts {
		p.Album = cmp.Or(p.Album, name)
		list = append(list, c.send(by, p))
	}
	c.s.updates.held = slices.DeleteFunc(c.s.updates.held, func(h *hold) bool { return h == held })
	if order == nil {
		for i := range posts {
			order = append(order, i)
		}
	}
	for _, i := range order {
		if slices.Contains(held.kept, list[i]) {
			c.s.repush(list[i])
		}
	}
	return list
}

// albumID names an album.
func albumID(n int64) string { return strconv.FormatInt(13_700_000_000_000_000+n, 10) }

// repush puts an update that was held for its order into what else holds it, or on its way.
func (s *Server) repush(u *Update) {
	for _, h := range s.updates.held {
		if len(h.chats) == 0 || slices.Contains(h.chats, u.chat) {
			h.kept = append(h.kept, u)
			return
		}
	}
	s.release(u)
}
