package fake

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// maxBody is what the real server takes in one call.
const maxBody = 1 << 20

// call is one call of the bot's.
type call struct {
	method string
	token  string
	args   map[string]string
	json   bool // the arguments came as JSON
	log    *Call
}

// read reads the arguments wherever they stand: in the query, a form, a multipart form or JSON. The
// token is a field or a header (platform-facts.md 99).
func (s *Server) read(w http.ResponseWriter, r *http.Request, name string) (*call, error) {
	c := &call{method: name, args: map[string]string{}}
	for k, v := range r.URL.Query() {
		c.args[k] = v[len(v)-1]
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := c.readBody(r); err != nil {
		return nil, refuse("invalid_post_type")
	}
	c.token = c.args["token"]
	delete(c.args, "token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && c.token == "" {
		c.token = bearer
	}
	c.log = &Call{Method: c.method, Args: c.args}
	for _, k := range []string{"channel", "channel_id"} {
		if c.args[k] != "" {
			c.log.Chat = c.args[k]
		}
	}
	return c, nil
}

func (c *call) readBody(r *http.Request) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		return c.readJSON(r.Body)
	case "multipart/form-data":
		if err := r.ParseMultipartForm(maxBody); err != nil { //nolint:gosec // read bounds the body
			return fmt.Errorf("read form: %w", err)
		}
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return fmt.Errorf("read form: %w", err)
		}
	}
	for k, v := range r.PostForm {
		c.args[k] = v[len(v)-1]
	}
	return nil
}

// readJSON takes the fields of an object as arguments: texts as they are, the rest as JSON.
func (c *call) readJSON(in io.Reader) error {
	data, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("read body: %w", err)
	}
	if len(data) == 0 || string(data) == "null" {
		return nil
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return fmt.Errorf("decode body: %w", err)
	}
	c.json = len(object) > 0
	for k, v := range object {
		var text string
		if json.Unmarshal(v, &text) != nil {
			text = string(v)
		}
		c.args[k] = text
	}
	return nil
}

func (c *call) bool(name string) bool { return c.args[name] == "true" || c.args[name] == "1" }
