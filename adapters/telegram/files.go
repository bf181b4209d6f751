package telegram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

// The largest files that can be sent, in bytes (platform-facts.md 42).
const (
	maxSend  = 50 << 20
	maxPhoto = 10 << 20
)

// The kinds in which a file is sent.
const (
	asPhoto    = "photo"
	asVideo    = "video"
	asAudio    = "audio"
	asVoice    = "voice"
	asDocument = "document"
	asName     = "name" // not at all: its name is said
)

// kind returns in which form a file is sent. What Telegram would refuse or spoil as a photo goes as a
// document.
func kind(f bot.File) string {
	if f.Hash == "" || f.Refused != "" || f.Unsafe || f.Size > maxSend {
		return asName
	}
	mime, _, _ := strings.Cut(f.Mime, ";")
	switch mime {
	case "image/jpeg", "image/png", "image/webp":
		if f.Size <= maxPhoto {
			return asPhoto
		}
	case "video/mp4":
		return asVideo
	case "audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/m4a":
		return asAudio
	case "audio/ogg", "application/ogg":
		return asVoice
	}
	return asDocument
}

// album names the kind of message that a file goes in (platform-facts.md 40): pictures and videos
// together, songs and documents each with their like, a voice message alone.
func album(f bot.File) string {
	switch k := kind(f); k {
	case asPhoto, asVideo:
		return "visual"
	case asVoice:
		return asVoice + " " + f.Hash
	default:
		return k
	}
}

// sendable tells the files that can be sent from those whose names must do.
func sendable(files []bot.File) (yes, no []bot.File) {
	for _, f := range files {
		if kind(f) == asName {
			no = append(no, f)
		} else {
			yes = append(yes, f)
		}
	}
	return yes, no
}

// part is a file on its way.
type part struct {
	field string
	file  bot.File
	kind  string
	io.ReadCloser
}

// sendFiles sends files with a caption. Those that the store has lost are named instead.
func (a *Adapter) sendFiles(ctx context.Context, o bot.Outgoing, files []bot.File) ([]bot.MessageID, error) {
	o.Files = files
	return a.insistently(ctx, &o, func(ctx context.Context, o bot.Outgoing, f form) ([]bot.MessageID, error) {
		parts, lost, err := a.open(ctx, o.Files, f)
		defer closeAll(parts)
		if err != nil {
			return nil, err
		}
		if len(lost) > 0 {
			a.cfg.Log.ErrorContext(ctx, "file is not in the media store, its name is sent", "chat", o.To.Chat, "out", o.ID, "files", len(lost))
			o.Text = wording.WithNames(o.Text, lost)
		}
		switch len(parts) {
		case 0:
			o.Files = nil
			return a.sendText(ctx, o, f)
		case 1:
			return a.sendOne(ctx, o, parts[0], f)
		}
		return a.sendAlbum(ctx, o, parts, f)
	})
}

// open opens the contents; the caller closes them, also after an error.
func (a *Adapter) open(ctx context.Context, files []bot.File, f form) (parts []part, lost []bot.File, err error) {
	for _, file := range files {
		if a.cfg.Media == nil {
			return parts, files, nil
		}
		r, err := a.cfg.Media.Get(ctx, file.Hash)
		if errors.Is(err, bot.ErrNotFound) {
			lost = append(lost, file)
			continue
		}
		if err != nil {
			return parts, nil, fmt.Errorf("open file: %w", err)
		}
		p := part{field: "file" + strconv.Itoa(len(parts)), file: file, kind: kind(file), ReadCloser: r}
		if f.documents || p.kind == asVoice && len(files) > 1 {
			p.kind = asDocument
		}
		parts = append(parts, p)
	}
	return parts, lost, nil
}

func closeAll(parts []part) {
	for _, p := range parts {
		_ = p.Close()
	}
}

func (a *Adapter) sendOne(ctx context.Context, o bot.Outgoing, one part, f form) ([]bot.MessageID, error) {
	p := params(o.To, o.ReplyTo)
	put(p, "caption", o.Text, f.plain)
	if err := markUnder(p, o); err != nil {
		return nil, err
	}
	one.field = one.kind
	var m sent
	if err := a.api.upload(ctx, "send"+strings.ToUpper(one.kind[:1])+one.kind[1:], p, []part{one}, &m); err != nil {
		return nil, err
	}
	return []bot.MessageID{m.id()}, nil
}

// inputMedia is one item of an album.
type inputMedia struct {
	Type      string `json:"type"`
	Media     string `json:"media"`
	Caption   string `json:"caption,omitempty"`
	ParseMode string `json:"parse_mode,omitempty"`
}

// sendAlbum sends files together; the caption stands with the first one.
func (a *Adapter) sendAlbum(ctx context.Context, o bot.Outgoing, parts []part, f form) ([]bot.MessageID, error) {
	p := params(o.To, o.ReplyTo)
	caption := tgbotapi.Params{"chat_id": o.To.Chat}
	put(caption, "caption", o.Text, f.plain)
	list := make([]inputMedia, len(parts))
	for i, one := range parts {
		list[i] = inputMedia{Type: one.kind, Media: "attach://" + one.field}
	}
	list[0].Caption, list[0].ParseMode = caption["caption"], caption["parse_mode"]
	if err := p.AddInterface("media", list); err != nil {
		return nil, err
	}
	var all []sent
	if err := a.api.upload(ctx, "sendMediaGroup", p, parts, &all); err != nil {
		return nil, err
	}
	ids := make([]bot.MessageID, len(all))
	for i, m := range all {
		ids[i] = m.id()
	}
	return ids, nil
}

// upload calls a method with files, which are read while they are sent and never held as a whole.
func (c *client) upload(ctx context.Context, method string, p tgbotapi.Params, parts []part, into any) error {
	ctx, cancel := context.WithTimeout(ctx, uploadTime)
	defer cancel()
	var head bytes.Buffer
	w := multipart.NewWriter(&head)
	for k, v := range p {
		if err := w.WriteField(k, v); err != nil {
			return fmt.Errorf("telegram %s: %w", method, err)
		}
	}
	var pieces []io.Reader
	for _, one := range parts {
		if _, err := w.CreateFormFile(one.field, one.name()); err != nil {
			return fmt.Errorf("telegram %s: %w", method, err)
		}
		pieces = append(pieces, bytes.NewReader(bytes.Clone(head.Bytes())), one.ReadCloser)
		head.Reset()
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("telegram %s: %w", method, err)
	}
	pieces = append(pieces, bytes.NewReader(head.Bytes()))
	return c.post(ctx, method, body{io.MultiReader(pieces...), w.FormDataContentType()}, into)
}

// name returns the name under which the file goes; people may have named it, so it is cleaned.
func (p part) name() string {
	if name := wording.FileName(p.file.Name); name != "" {
		return name
	}
	return p.kind + map[string]string{asPhoto: ".jpg", asVideo: ".mp4", asAudio: ".mp3", asVoice: ".ogg"}[p.kind]
}
