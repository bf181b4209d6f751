package fake

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Upload is a file that a person sends.
type Upload struct {
	Name     string
	Content  []byte
	Size     int64  // with no Content: it is so large, of zeros
	Mime     string // empty = sniffed
	External bool   // it lives elsewhere: mode external (platform-facts.md 75)
}

// file is a file that the platform keeps.
type file struct {
	s        *Server
	id       string
	name     string
	title    string
	mime     string
	size     int64
	content  []byte
	owner    *Person
	external bool
	locked   bool   // the bot's token does not open it
	secret   string // of the upload URL, until it is completed
	uploaded bool
	complete bool
	shares   []*message
}

// keep takes a file of a person's.
func (s *Server) keep(u Upload, p *Person) *file {
	f := &file{
		s: s, id: s.id("F0"), name: u.Name, title: u.Name, mime: u.Mime, content: u.Content, size: cmp.Or(int64(len(u.Content)), u.Size),
		owner: p, external: u.External, uploaded: true, complete: true,
	}
	f.mime = cmp.Or(f.mime, sniff(f.content))
	s.files[f.id] = f
	return f
}

func sniff(content []byte) string {
	kind, _, _ := strings.Cut(http.DetectContentType(content), ";")
	return kind
}

func (f *file) share(m *message) { f.shares = append(f.shares, m) }

// wire returns the file as an object; a stub when only files.info tells more (platform-facts.md 76).
func (f *file) wire(stub bool) obj {
	if stub {
		return f.stub()
	}
	kind := strings.TrimPrefix(path.Ext(f.name), ".")
	o := obj{
		"id": f.id, "created": 1700000000, "timestamp": 1700000000, "name": f.name, "title": f.title, "mimetype": f.mime, "filetype": kind,
		"pretty_type": strings.ToUpper(kind), "user": f.owner.id, "user_team": f.owner.team, "size": f.size, "is_external": f.external,
		"is_public": false, "editable": false, "file_access": "visible", "mode": "hosted", "external_type": "",
		"url_private": f.address(false), "url_private_download": f.address(true), "permalink": "https://optoste.slack.com/files/" + f.owner.id + "/" + f.id,
	}
	if f.external {
		o["mode"], o["external_type"] = "external", "gdrive"
		o["url_private"] = f.s.URL() + "/elsewhere/" + f.id
		delete(o, "url_private_download")
	}
	return o
}

func (f *file) stub() obj {
	return obj{
		"id": f.id, "created": 1700000000, "timestamp": 1700000000, "user": f.owner.id, "user_team": f.owner.team, "file_access": "check_file_info",
	}
}

func (f *file) address(download bool) string {
	between := "/"
	if download {
		between = "/download/"
	}
	return f.s.URL() + "/files/" + Team + "-" + f.id + between + strings.Map(plainName, f.name)
}

// plainName is what Slack makes of a file's name in its address.
func plainName(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '-':
		return r
	}
	return '_'
}

func (f *file) hash() string {
	sum := sha256.Sum256(f.content)
	return hex.EncodeToString(sum[:])
}

// Lock lets a file be one that the bot's token does not open, or opens again: Slack answers with its
// sign-in page (platform-facts.md 75).
func (s *Server) Lock(fileID string, locked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.files[fileID]; f != nil {
		f.locked = locked
	}
}

// SignInElsewhere lets the sign-in page be a redirect instead of a page in place (platform-facts.md 75, 101).
func (s *Server) SignInElsewhere(redirect bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.redirects = redirect
}

const signInPage = `<!DOCTYPE html><html lang="en"><head><title>Sign in to Optoste | Slack</title></head><body>Sign in to your workspace</body></html>`

// download serves a file. Without the token it is the sign-in page, with status 200 (platform-facts.md 75, 101).
func (s *Server) download(w http.ResponseWriter, r *http.Request, rest string) {
	c := &call{method: "download", log: &Call{Method: "download", Args: map[string]string{"path": rest}}}
	fault := s.begin(c)
	if fault.instead(w, r) {
		return
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(rest, Team+"-"), "/")
	s.mu.Lock()
	f := s.files[id]
	open := f != nil && f.complete && !f.locked && r.Header.Get("Authorization") == "Bearer "+s.cfg.Token && s.revoked == "" && s.has("files:read")
	redirects := s.redirects
	c.log.Status = http.StatusOK
	s.mu.Unlock()
	switch {
	case open:
		serveFile(w, f, fault)
	case redirects:
		http.Redirect(w, r, "/signin?redir="+r.URL.EscapedPath(), http.StatusFound) //nolint:gosec // to this host
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, signInPage)
	}
}

func serveFile(w http.ResponseWriter, f *file, fault *Fault) {
	w.Header().Set("Content-Type", f.mime)
	w.Header().Set("Content-Length", strconv.FormatInt(f.size, 10))
	if fault != nil && fault.Cut == After {
		_, _ = w.Write(f.content[:len(f.content)/2])
		_ = http.NewResponseController(w).Flush()
		cutLine()
	}
	if f.content != nil {
		_, _ = w.Write(f.content)
		return
	}
	zeros := make([]byte, 1<<16)
	for left := f.size; left > 0; left -= int64(len(zeros)) {
		if _, err := w.Write(zeros[:min(left, int64(len(zeros)))]); err != nil {
			return
		}
	}
}

// elsewhere is where external files live: a token that is sent there is lost (platform-facts.md 75).
func (s *Server) elsewhere(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "" {
		s.mistake("the token was sent to where an external file lives (platform-facts.md 75)")
	}
	http.Error(w, "not here", http.StatusForbidden)
}

func (s *Server) filesInfo(c *call) (obj, error) {
	f := s.files[c.args["file"]]
	if f == nil || !f.complete && f.owner != s.bot {
		return nil, refuse("file_not_found")
	}
	o := f.wire(false)
	public, private := map[string][]any{}, map[string][]any{}
	for _, m := range f.shares {
		to := private
		if m.chat.kind == Public {
			to = public
		}
		share := obj{"ts": m.ts, "channel_name": m.chat.name, "team_id": Team}
		put(share, "thread_ts", m.thread)
		to[m.chat.id] = append(to[m.chat.id], share)
	}
	o["shares"] = obj{"public": public, "private": private}
	return obj{"file": o, "comments": []any{}}, nil
}
