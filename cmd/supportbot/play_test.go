package main_test

import (
	"strings"
	"testing"
)

const transcript = `on:      web
at:      2026-03-02 10:00
machine: OS-2025-0417, VS-600, delivered 2025-06-30, company Nuts Ltd
person:  mei, Nuts Ltd

mei:     /start
`

func TestPlayFillsInTheBot(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.file(t, "talk.txt", transcript)
	played := p.must(t, "play", "talk.txt")
	contains(t, played, "mei:     /start\n", "\nbot:     ")
	p.run(t, "play", "--check", "talk.txt").want(t, 1, "talk.txt: what comes out is not what is written")
	p.file(t, "whole.txt", played)
	if out := p.must(t, "play", "--check", "whole.txt"); out != "" {
		t.Error(out)
	}
	p.file(t, "bad.txt", strings.Replace(transcript, "mei:     /start", "mei:     [Nothing like it]\nwhat: is this", 1))
	p.run(t, "play", "bad.txt").want(t, 2, "bad.txt:7:")
}
