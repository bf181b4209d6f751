package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// Coming is a file that a person has sent and that is still being fetched from its channel.
type Coming struct {
	Of    string    `json:"of"` // see [Fetched]
	Album string    `json:"album,omitempty"`
	Frame FrameID   `json:"frame,omitempty"`
	Since time.Time `json:"since"`           // by our clock
	Claim claim.ID  `json:"claim,omitempty"` // that the frame is about
	In    *Inbound  `json:"in,omitempty"`    // what has come already, and waits for what was sent before it; see inorder.go
}

const (
	maxComing = 64
	// albumPatience is how long the answer to an album waits for an item that is slow to fetch.
	albumPatience = time.Minute
	albumPause    = time.Second // between two looks whether it is there
	// largeFile is from how many bytes on a person is told at once that a file is on its way.
	largeFile = 4 << 20
	// inRoomTime bounds fetching a file of an engineer, who waits for it.
	inRoomTime = 10 * time.Second
)

// attached works files that a person sent. Those that the channel only refers to are fetched first;
// the conversation hears of them again, as [Fetched].
func (t *turn) attached(ctx context.Context, ev Attached) error {
	if err := t.quoted(ctx); err != nil {
		return err
	}
	ev.Files = slices.Clone(ev.Files)
	t.refuseFiles(ev.Files)
	if err := t.offerUpload(ctx, ev.Files, t.topFrame()); err != nil {
		return err
	}
	t.handed = ev
	if t.inRoom() || t.filesForDesk(ev) {
		return t.attachedInDesk(ctx, ev)
	}
	if !slices.ContainsFunc(ev.Files, func(f File) bool { return f.Ref != "" }) {
		if t.behind() {
			return nil
		}
		return t.answerTop(ctx, ev)
	}
	return t.fetchAll(ctx, ev)
}

func (t *turn) topFrame() FrameID {
	if f := t.s.top(); f != nil {
		return f.ID
	}
	return ""
}

// topClaim returns the claim that the top frame is about; empty = none.
func (t *turn) topClaim() claim.ID {
	if f := t.s.top(); f != nil {
		return f.Args.Claim
	}
	return ""
}

// fetchAll has the files of one event fetched, each by itself.
func (t *turn) fetchAll(ctx context.Context, ev Attached) error {
	if ev.Album == "" && len(ev.Files) > 1 {
		ev.Album = t.in.ID
	}
	var size int64
	for i, f := range ev.Files {
		of := t.in.ID + "#" + strconv.Itoa(i)
		if t.s.saw(fetchedID(of)) { // this very inbound is worked again, and the file was quicker
			continue
		}
		fetched := Fetched{Of: of, File: f, Album: ev.Album, Frame: t.topFrame(), Quiet: t.quiet}
		if i == 0 {
			fetched.Caption = ev.Caption
		}
		if err := t.effect(ctx, FetchFile{fetched}, nil); err != nil {
			return err
		}
		if f.Ref != "" {
			size += f.Size
		}
		t.comes(Coming{Of: of, Album: ev.Album, Frame: fetched.Frame, Since: t.e.now(), Claim: t.topClaim()})
	}
	if size >= largeFile {
		t.say = append(t.say, Say("media.coming", "Size", (size+1<<20-1)>>20))
	}
	return nil
}

// fetchedID names the inbound that tells of a fetched file.
func fetchedID(of string) string { return "fetched/" + of }

// fetched works a file that is here now, or never will be.
func (t *turn) fetched(ctx context.Context, ev Fetched) error {
	if err := t.inTurn(ctx, ev); err != nil {
		return err
	}
	if ev.Quiet { // S-STOP was said, and nothing else
		t.say, t.offer, t.asking = nil, nil, false
	}
	return nil
}

// arrived gives a file to what was being asked when it was sent, or adds it to the claim that this was about.
func (t *turn) arrived(ctx context.Context, ev Fetched, about claim.ID) error {
	files := []File{ev.File}
	if err := t.offerUpload(ctx, files, ev.Frame); err != nil {
		return err
	}
	if ev.File.Refused == FileLost {
		lost := Told{News: NewsFileLost, By: t.actor(), Text: ev.File.Name, About: t.draftTitle()}
		if err := t.effect(ctx, TellDesk{lost}, nil); err != nil {
			return err
		}
	}
	attached := Attached{Files: files, Caption: ev.Caption, Album: ev.Album}
	t.handed = attached
	if f := t.s.frame(ev.Frame); f != nil {
		return t.answer(ctx, f.ID, attached, "")
	}
	if files[0].Refused != "" {
		t.say = append(t.say, t.refusal(files[0]))
		t.asking = t.s.top() != nil
		return nil
	}
	if id := cmp.Or(about, t.s.filedFrom(ev.Frame)); id != "" {
		t.say = append(t.say, Say("late.file", "Claim", id, "Name", short(ev.File.Name)))
		return t.effect(ctx, AddToClaim{ID: id, Text: ev.Caption, Files: files}, nil)
	}
	return t.answerTop(ctx, attached)
}

// refusal says why a file was not taken.
func (t *turn) refusal(f File) Text {
	key, limit := "file."+string(f.Refused), t.maxFile()
	if f.Link != "" {
		key, limit = "file.upload", t.e.policy().Intake.MaxUploadBytes
	}
	return Say(key, "Name", short(f.Name), "Limit", limit>>20, "Link", f.Link)
}

// filedFrom returns the claim that a frame became; empty = none that is remembered.
func (s *Session) filedFrom(id FrameID) claim.ID {
	for _, f := range s.Filed {
		if id != "" && f.Frame == id {
			return f.Claim
		}
	}
	return ""
}

// waitsForAlbum tells whether items of an album are still on their way to a frame, so that its timer
// waits: one answer says what arrived.
func (t *turn) waitsForAlbum(id FrameID) bool {
	return slices.ContainsFunc(t.s.Coming, func(c Coming) bool {
		return c.Frame == id && c.Album != "" && t.e.now().Sub(c.Since) < albumPatience
	})
}

// attachedInDesk works an engineer's files at once: he has said that his next message goes to the
// customer, and that must not be another one, or the caption is a command. Of an album all items go where
// the first one went. What is said among engineers is not fetched at all.
func (t *turn) attachedInDesk(ctx context.Context, ev Attached) error {
	if c, rest, ok := t.typed(ev.Caption); ok && c.Name != back { // "back" is what the picture shows
		t.fetchNow(ctx, ev.Files)
		return t.command(ctx, c, rest, ev.Files)
	}
	if p := t.s.Passed; ev.Album != "" && ev.Album == p.Album {
		t.fetchNow(ctx, ev.Files)
		return t.start(ctx, p.Flow, Args{Claim: p.Claim, Payload: ev.Caption, Files: ev.Files}, ev)
	}
	if f := t.s.top(); f != nil && f.Flow != t.root() {
		t.fetchNow(ctx, ev.Files)
	}
	return t.answerTop(ctx, ev)
}

// fetchNow fetches the files that an engineer waits for; one that cannot be had is lost.
func (t *turn) fetchNow(ctx context.Context, files []File) {
	fetching, cancel := context.WithTimeout(ctx, inRoomTime) // what follows has its own time
	defer cancel()
	for i, f := range files {
		if f.Ref == "" {
			continue
		}
		got, err := t.e.fetch(fetching, t.in.To.Channel, f)
		if err != nil {
			t.e.log.WarnContext(ctx, "engineer's file not fetched", "channel", t.in.To.Channel, "err", err)
			got = lostFile(f)
		}
		files[i] = got
	}
}

// Fetch fetches the file of an inbound whose event is [Fetched] and lets the conversation know. What
// does not work is to be tried again, unless it is the last try: then the conversation is told so.
func (e *Engine) Fetch(ctx context.Context, in Inbound, last bool) error {
	ev, ok := in.Event.(Fetched)
	if !ok {
		return fmt.Errorf("fetch file: event is %s", in.Event.event())
	}
	got, err := e.fetch(ctx, in.To.Channel, ev.File)
	switch {
	case err == nil:
	case errors.Is(err, ErrGone), last:
		e.log.ErrorContext(ctx, "file given up, the person is asked to send it again", "channel", in.To.Channel, "in", in.ID, "err", err)
		got = lostFile(ev.File)
	default:
		return fmt.Errorf("fetch file: %w", err)
	}
	ev.File = got
	in.Event = ev
	if err := e.store.Post(ctx, in); err != nil {
		return fmt.Errorf("tell of fetched file: %w", err)
	}
	e.Poke()
	return nil
}

// fetch brings a file from its channel into the media store. One that was refused when it came, among others
// that were not, stays refused.
func (e *Engine) fetch(ctx context.Context, channel string, f File) (File, error) {
	if f.Ref == "" {
		return f, nil
	}
	from, ok := e.adapters[channel].(Fetcher)
	if !ok {
		return File{}, fmt.Errorf("channel %q hands no files over: %w", channel, ErrGone)
	}
	r, err := from.Fetch(ctx, f.Ref)
	if errors.Is(err, ErrTooBig) {
		return File{Name: f.Name, Size: f.Size, Refused: FileTooBig}, nil
	}
	if err != nil {
		return File{}, err
	}
	defer r.Close()
	return e.media.Put(ctx, r, f.Name, e.policy().Intake.MaxFileBytes)
}

func lostFile(f File) File { return File{Name: f.Name, Size: f.Size, Refused: FileLost} }

// offerUpload gives files that their channel does not hand over a page where they can be uploaded.
func (t *turn) offerUpload(ctx context.Context, files []File, frame FrameID) error {
	limit := t.e.policy().Intake.MaxUploadBytes
	for i, f := range files {
		if f.Refused != FileTooBig || t.e.uploads == nil || f.Size > limit || t.inRoom() {
			continue
		}
		link, err := t.e.uploads.UploadLink(ctx, Upload{
			From: t.in.From, To: t.to(), Frame: frame, Of: t.in.ID + "#" + strconv.Itoa(i), Name: f.Name, Limit: limit,
		})
		if err != nil {
			return fmt.Errorf("make upload link: %w", err)
		}
		files[i].Link = link
	}
	return nil
}
