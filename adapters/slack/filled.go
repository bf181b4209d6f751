package slack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

// maxProblem is how many characters of what is wrong with a field are shown: a whole answer by Socket Mode
// must be short of 20 KB (platform-facts.md 102).
const maxProblem = 300

// hearFilled hears a window that was filled in and sent. Slack names the submission by nothing but its window:
// what was typed is part of its ID, so that the same is worked once, and what is corrected is another one.
func (a *Adapter) hearFilled(ctx context.Context, i interaction, came time.Time) (heard, error) {
	at, order, ok := arrived(came)
	from, mine := i.View.origin()
	if !ok || !mine || from.Who != i.User.ID {
		return heard{why: "a window that is not ours", odd: "view_submission of another window"}, nil
	}
	filled := bot.Filled{Form: from.Form}
	filled.Typed, filled.Chosen = i.View.values()
	raw, err := json.Marshal(filled)
	if err != nil {
		return heard{}, fmt.Errorf("encode what was filled in: %w", err)
	}
	sum := sha256.Sum256(raw)
	return heard{view: i.View, in: bot.Inbound{
		ID: Name + "/view/" + i.View.ID + "/" + hex.EncodeToString(sum[:8]), Order: order, Sent: at, From: a.sender(ctx, i.User.ID, i.User.Team),
		To: bot.Address{Channel: Name, Chat: from.Chat, Thread: from.Thread}, Public: from.Public,
		Modal: true, Event: filled,
	}}, nil
}

// origin reads what the window keeps; false = it is none of ours.
func (v view) origin() (origin, bool) {
	var o origin
	if err := json.Unmarshal([]byte(v.Metadata), &o); err != nil {
		return origin{}, false
	}
	for _, s := range []string{string(o.Form), o.Chat, v.ID} {
		if s == "" || wording.Clean(s) != s {
			return origin{}, false
		}
	}
	return o, wording.Clean(o.Thread) == o.Thread
}

// values returns what was filled in, by the fields' ids. What was typed arrives as it was typed.
func (v view) values() (typed, chosen map[string]string) {
	typed, chosen = map[string]string{}, map[string]string{}
	for id, elements := range v.State.Values {
		switch e := elements[valueAction]; e.Type {
		case string(slackgo.METPlainTextInput):
			typed[wording.Clean(id)] = wording.Clean(e.Value)
		case string(slackgo.METRadioButtons), slackgo.OptTypeStatic:
			chosen[wording.Clean(id)] = wording.Clean(e.Option.Value)
		}
	}
	return typed, chosen
}

// answer returns what the acknowledgement of a submission says (platform-facts.md 79); nil = nothing, and the
// window closes.
func (h heard) answer(ack bot.Ack) any {
	if _, ok := h.in.Event.(bot.Filled); !ok {
		return nil
	}
	switch problems := h.view.problems(ack.Errors); {
	case problems[""] != "": // there is no field at which it could stand
		view := note(h.view.Title.Text, problems[""])
		return slackgo.NewUpdateViewSubmissionResponse(&view)
	case len(problems) > 0:
		return slackgo.NewErrorsViewSubmissionResponse(problems)
	case ack.Note != "":
		view := note(h.view.Title.Text, ack.Note)
		return slackgo.NewUpdateViewSubmissionResponse(&view)
	}
	return nil
}

// problems puts what is wrong to the fields; what is about none of them stands at the first.
func (v view) problems(wrong map[string]string) map[string]string {
	var fields []string
	for _, b := range v.Blocks {
		if b.Type == string(slackgo.MBTInput) {
			fields = append(fields, b.ID)
		}
	}
	list := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(wrong)) {
		at := id
		if !slices.Contains(fields, id) {
			at = first(fields...)
		}
		list[at] = wording.Clip(strings.TrimSpace(list[at]+" "+wrong[id]), maxProblem)
	}
	return list
}

// note is a window that says something, and has no button but Slack's own that closes it.
func note(title, text string) slackgo.ModalViewRequest {
	return slackgo.ModalViewRequest{
		Type: slackgo.VTModal, Title: label(title, maxTitle),
		Blocks: slackgo.Blocks{BlockSet: []slackgo.Block{words(bot.Escape(wording.Clip(text, maxNote)))}},
	}
}

// respond acknowledges what Slack posted, with an answer or without.
func respond(w http.ResponseWriter, answer any) {
	var body []byte
	if raw, err := json.Marshal(answer); err == nil && answer != nil {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		body = raw
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body))) // so that all is said when it is flushed
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body)
}
