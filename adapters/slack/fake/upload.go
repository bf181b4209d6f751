package fake

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxFile is what the platform takes as one file.
const maxFile = 1 << 30

// uploadURL is the first of three steps (platform-facts.md 90).
func (s *Server) uploadURL(c *call) (obj, error) {
	size, _ := strconv.ParseInt(c.args["length"], 10, 64)
	if size <= 0 {
		return nil, explained("invalid_arguments", "[ERROR] length must be more than 0")
	}
	if size > maxFile {
		return nil, refuse("file_uploads_size_restricted")
	}
	f := &file{s: s, id: s.id("F0"), name: c.args["filename"], title: c.args["filename"], size: size, owner: s.bot}
	f.secret = s.uuid()
	s.files[f.id], s.uploads[f.secret] = f, f
	return obj{"upload_url": s.URL() + "/upload/" + f.secret, "file_id": f.id}, nil
}

// receive takes the bytes, raw or as a form: exactly as many as were promised.
func (s *Server) receive(w http.ResponseWriter, r *http.Request, secret string) {
	c := &call{method: "upload", log: &Call{Method: "upload", Args: map[string]string{}}}
	fault := s.begin(c)
	if fault.instead(w, r) {
		return
	}
	content, err := uploaded(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	c.log.Status = http.StatusOK
	f := s.uploads[secret]
	switch {
	case f == nil || r.Method != http.MethodPost:
		c.log.Status = http.StatusNotFound
	case err != nil || int64(len(content)) != f.size:
		c.log.Status, c.log.Error = http.StatusBadRequest, "length mismatch"
	default:
		f.content, f.mime, f.uploaded = content, sniff(content), true
	}
	if c.log.Status != http.StatusOK {
		http.Error(w, "error: "+c.log.Error, c.log.Status)
		return
	}
	if fault != nil && fault.Cut == After {
		cutLine()
	}
	_, _ = io.WriteString(w, "OK - "+strconv.Itoa(len(content)))
}

// uploaded reads the bytes, or the one file of a multipart form.
func uploaded(r *http.Request) ([]byte, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return io.ReadAll(io.LimitReader(r.Body, maxFile+1))
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return nil, err
		}
		if part.FileName() != "" {
			return io.ReadAll(part)
		}
	}
}

// completeUpload is the last step: it shares what was uploaded, all in one message. Without a channel the
// files stay private.
func (s *Server) completeUpload(c *call) (obj, error) {
	files, err := s.completed(c.args["files"])
	if err != nil {
		return nil, err
	}
	result := []any{}
	for _, f := range files {
		result = append(result, obj{"id": f.id, "title": f.title})
	}
	if c.args["channel_id"] == "" {
		if c.args["channels"] != "" || c.args["thread_ts"] != "" {
			s.mistaken("files.completeUploadExternal: give one channel_id, not channels")
		}
		s.complete(files)
		return obj{"files": result}, nil
	}
	chat, err := s.writable(c.args["channel_id"])
	if err != nil {
		return nil, err
	}
	thread, err := s.threadOf(chat, c.args["thread_ts"])
	if err != nil {
		return nil, err
	}
	var blocks []any
	if err := decodeList(c.args["blocks"], &blocks); err != nil {
		return nil, refuse("invalid_blocks_format")
	}
	if err := checkBlocks(blocks); err != nil {
		return nil, err
	}
	s.nameBlocks(blocks)
	s.complete(files)
	m := &message{chat: chat, from: s.bot, text: c.args["initial_comment"], blocks: blocks, files: files, thread: thread, subtype: "file_share"}
	s.shareLater(chat, m)
	return obj{"files": result}, nil
}

func (s *Server) complete(files []*file) {
	for _, f := range files {
		f.complete = true
		delete(s.uploads, f.secret)
	}
}

// completed finds the files that a call names.
func (s *Server) completed(text string) ([]*file, error) {
	var list []struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	}
	if json.Unmarshal([]byte(text), &list) != nil || len(list) == 0 {
		return nil, refuse("invalid_arguments")
	}
	var files []*file
	for _, e := range list {
		f := s.files[e.ID]
		switch {
		case f == nil || f.owner != s.bot:
			return nil, refuse("file_not_found")
		case f.complete:
			return nil, refuse("file_already_completed")
		case !f.uploaded:
			return nil, refuse("file_upload_incomplete")
		}
		if strings.TrimSpace(e.Title) != "" {
			f.title = e.Title
		}
		files = append(files, f)
	}
	return files, nil
}

// shareLater shares at once, later or never, as the test wants it (platform-facts.md 90).
func (s *Server) shareLater(chat *Chat, m *message) {
	share := func() {
		chat.add(m)
		for _, f := range m.files {
			f.share(m)
		}
		s.own(m, nil)
	}
	switch {
	case s.loseShare > 0:
		s.loseShare--
	case s.cfg.ShareAfter == 0:
		share()
	default:
		s.work.Go(func() {
			timer := time.NewTimer(s.cfg.ShareAfter)
			defer timer.Stop()
			select {
			case <-timer.C:
				s.mu.Lock()
				defer s.mu.Unlock()
				share()
			case <-s.ctx.Done():
			}
		})
	}
}

// LoseShares lets the next n completed uploads be answered with ok and never be shared (platform-facts.md 90).
func (s *Server) LoseShares(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loseShare = n
}
