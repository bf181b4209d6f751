package fake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// maxBody is what the real server takes in one request, with some room for the other parameters.
const maxBody = 50<<20 + 1<<16

// call is one call of the bot's.
type call struct {
	method string
	params map[string]string
	files  map[string]*upload
	log    *Call
}

// upload is a file that came with a call.
type upload struct {
	name    string
	mime    string
	content []byte
}

// read reads the parameters wherever they stand: in the query, a form, a multipart form or JSON.
func (s *Server) read(w http.ResponseWriter, r *http.Request, name string) (*call, error) {
	c := &call{method: name, params: map[string]string{}, files: map[string]*upload{}}
	if proper, ok := s.spec.names[strings.ToLower(name)]; ok {
		c.method = proper
	}
	for k, v := range r.URL.Query() {
		c.params[k] = v[len(v)-1]
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := c.readBody(r); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, &apiError{code: http.StatusRequestEntityTooLarge, text: "Request Entity Too Large"}
		}
		return nil, bad("can't read the parameters: %v", err)
	}
	c.log = &Call{Method: c.method, Params: c.params, Files: len(c.files)}
	c.log.Chat, _ = strconv.ParseInt(c.params["chat_id"], 10, 64)
	return c, nil
}

func (c *call) readBody(r *http.Request) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		return c.readJSON(r.Body)
	case "multipart/form-data":
		return c.readMultipart(r)
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return err
		}
		for k, v := range r.PostForm {
			c.params[k] = v[len(v)-1]
		}
	}
	return nil
}

// readJSON takes the fields of an object as parameters: texts as they are, the rest as JSON.
func (c *call) readJSON(in io.Reader) error {
	data, err := io.ReadAll(in)
	if err != nil || len(data) == 0 {
		return err
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	for k, v := range object {
		var text string
		if json.Unmarshal(v, &text) != nil {
			text = string(v)
		}
		c.params[k] = text
	}
	return nil
}

func (c *call) readMultipart(r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return err
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		if part.FileName() == "" {
			c.params[part.FormName()] = string(content)
			continue
		}
		c.files[part.FormName()] = &upload{name: part.FileName(), mime: part.Header.Get("Content-Type"), content: content}
	}
}

// int returns a parameter as a number; what is missing is 0.
func (c *call) int(name string) int64 {
	n, _ := strconv.ParseInt(c.params[name], 10, 64) // checked before
	return n
}

func (c *call) bool(name string) bool { return c.params[name] == "true" }

// json decodes a parameter that is JSON. A missing one, or null, leaves into as it is.
func (c *call) json(name string, into any) error {
	if c.params[name] == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(c.params[name]), into); err != nil {
		return bad("can't parse %s JSON object", strings.ReplaceAll(name, "_", " "))
	}
	return nil
}

// required returns a parameter that must not be empty.
func (c *call) required(name string) (string, error) {
	if c.params[name] == "" {
		return "", bad("%s", fmt.Sprintf("parameter \"%s\" is required", name))
	}
	return c.params[name], nil
}
