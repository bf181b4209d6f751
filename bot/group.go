package bot

// inGroup answers what was addressed to the bot where others read along, on a channel that leads to a
// private chat: there is no place for a customer's details. What was asked for goes on there. It
// returns false when the conversation may be held where it was begun.
func (t *turn) inGroup() bool {
	a, ok := t.e.adapters[t.in.To.Channel]
	if !ok || !t.in.Public || t.inRoom() || a.Capabilities().Private == nil {
		return false
	}
	if !fromPerson(t.in.Event) {
		return true
	}
	payload := begin
	if said, ok := t.in.Event.(Said); ok {
		if c, _, ok := t.typed(said.Text); ok && c.Name != back {
			payload = c.Name
		}
	}
	t.say = append(t.say, Say("group.private"))
	t.links = append(t.links, Choice{
		ID: frameChoice(commandFrame, 0, payload), Label: Plain(t.e.texts.Render(t.lang(), Say("group.open"))),
		URL: a.Capabilities().Private(payload),
	})
	return true
}
