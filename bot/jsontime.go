package bot

import "time"

// jsonTime is a time with microseconds in UTC, as every store keeps it.
type jsonTime time.Time

func (t jsonTime) MarshalText() ([]byte, error) {
	return []byte(time.Time(t).UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano)), nil
}

func (t *jsonTime) UnmarshalText(b []byte) error {
	p, err := time.Parse(time.RFC3339Nano, string(b))
	if err != nil {
		return err
	}
	*t = jsonTime(p.UTC())
	return nil
}

func (t jsonTime) time() time.Time { return time.Time(t) }
