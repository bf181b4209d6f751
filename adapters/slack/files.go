package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

// maxSend is the largest file that is sent, in bytes. Slack takes more, but people wait.
const maxSend = 100 << 20

// sendable tells the files that can be sent from those whose names must do. Nothing of no bytes can be
// sent (platform-facts.md 90).
func sendable(files []bot.File) (yes, no []bot.File) {
	for _, f := range files {
		if f.Hash == "" || f.Refused != "" || f.Unsafe || f.Size <= 0 || f.Size > maxSend {
			no = append(no, f)
		} else {
			yes = append(yes, f)
		}
	}
	return yes, no
}

// sendFiles uploads files and shares them in one message, whose words stand with them. Those that the
// store has lost are named instead. Until they are shared nobody sees them, so a failure leaves nothing.
func (a *Adapter) sendFiles(ctx context.Context, o bot.Outgoing, files []bot.File) ([]bot.MessageID, error) {
	ctx, cancel := context.WithTimeout(ctx, uploadTime)
	defer cancel()
	var up []slackgo.FileSummary
	var lost []bot.File
	for _, f := range files {
		id, err := a.upload(ctx, f)
		switch {
		case errors.Is(err, bot.ErrNotFound), says(err, "blocked_file_type", "file_upload_size_restricted", "file_type_not_allowed"):
			a.cfg.Log.WarnContext(ctx, "a file cannot be sent, its name is", "chat", o.To.Chat, "out", o.ID, "err", err)
			lost = append(lost, f)
		case err != nil:
			return nil, err
		default:
			up = append(up, slackgo.FileSummary{ID: id, Title: title(f)})
		}
	}
	o.Text = wording.WithNames(o.Text, lost)
	if len(up) == 0 {
		return a.insistently(ctx, o)
	}
	p := slackgo.CompleteUploadExternalParameters{Files: up, Channel: o.To.Chat, ThreadTimestamp: thread(o)}
	if strings.TrimSpace(bot.Plain(o.Text)) != "" {
		p.Blocks = slackgo.Blocks{BlockSet: blocks(o.Text, nil)} // a comment would be read for marks
	}
	done, err := a.api.slack.CompleteUploadExternalContext(ctx, p)
	if err := a.api.mind("files.completeUploadExternal", err); err != nil {
		return nil, err
	}
	if p.ThreadTimestamp != "" {
		a.join(o.To.Chat, p.ThreadTimestamp)
	}
	return a.standing(ctx, o.To.Chat, done.Files), nil
}

// upload brings a file to Slack and returns its id there.
func (a *Adapter) upload(ctx context.Context, f bot.File) (string, error) {
	r, err := a.cfg.Media.Get(ctx, f.Hash)
	if err != nil {
		return "", fmt.Errorf("open file: %w", err)
	}
	defer r.Close()
	at, err := a.api.slack.GetUploadURLExternalContext(ctx, slackgo.GetUploadURLExternalParameters{FileName: title(f), FileSize: int(f.Size)})
	if err := a.api.mind("files.getUploadURLExternal", err); err != nil {
		return "", err
	}
	if !a.api.ours(at.UploadURL) { // the library would quote the address
		return "", errors.New("slack files.getUploadURLExternal: an address that is not Slack's")
	}
	err = a.api.slack.UploadToURL(ctx, slackgo.UploadToURLParameters{UploadURL: at.UploadURL, Reader: io.LimitReader(r, f.Size), Filename: title(f)})
	if err := a.api.mind("upload", err); err != nil {
		return "", err
	}
	return at.FileID, nil
}

// title is what a file is called: who saves one without an ending cannot open it.
func title(f bot.File) string {
	if name := wording.FileName(f.Name); name != "" {
		return name
	}
	return string(f.Kind()) + endings[f.Mime]
}

// endings are those of files that come without names from where people take them.
var endings = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/heic": ".heic", "video/mp4": ".mp4",
	"audio/ogg": ".ogg", "application/ogg": ".ogg", "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "application/pdf": ".pdf",
}

// standing returns the message in which files were shared. Sharing takes its time (platform-facts.md 90):
// when it is not done yet, the files' ids must do.
func (a *Adapter) standing(ctx context.Context, channel string, files []slackgo.FileSummary) []bot.MessageID {
	ids := make([]bot.MessageID, len(files))
	for i, f := range files {
		ids[i] = bot.MessageID(f.ID)
	}
	if len(files) == 0 {
		return ids
	}
	info, _, _, err := a.api.slack.GetFileInfoContext(ctx, files[0].ID, 0, 0)
	if err := a.api.mind("files.info", err); err != nil {
		a.cfg.Log.DebugContext(ctx, "message of shared files not known", "chat", channel, "err", err)
		return ids
	}
	for _, where := range []map[string][]slackgo.ShareFileInfo{info.Shares.Private, info.Shares.Public} {
		if list := where[channel]; len(list) > 0 && list[0].Ts != "" {
			return []bot.MessageID{bot.MessageID(list[0].Ts)}
		}
	}
	return ids
}
