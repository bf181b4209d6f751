package fake

import (
	"encoding/json"
	"fmt"
)

// CheckType compares something that the server said with the Bot API's description of a type.
func (s *Server) CheckType(name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	decoded, err := decode(data)
	if err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	return s.spec.checkValue([]string{name}, decoded)
}

// Content returns an update as it is told.
func (u *Update) Content() map[string]any { return u.wire() }
