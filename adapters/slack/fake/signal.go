package fake

// signal wakes all who wait for the next change.
type signal struct{ c chan struct{} }

func newSignal() signal { return signal{make(chan struct{})} }

// tell wakes them. The server's lock is held.
func (s *signal) tell() {
	close(s.c)
	s.c = make(chan struct{})
}
