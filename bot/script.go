package bot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Flow is a [Script] whose state the engine need not know. Only scripts are flows.
type Flow interface {
	// FlowName returns the script's name.
	FlowName() string
	// Graph returns the steps and the edges between them, as declared.
	Graph() Graph

	names() []StepID
	find(id StepID) (StepID, bool)
	first(f *Frame) (StepID, error)
	begin(f *Frame, t Turn) (Next, error)
	ask(f *Frame, step StepID) (Prompt, error)
	answer(f *Frame, step StepID, t Turn) (n Next, changed bool, err error)
	late(f *Frame, t Turn) (n Next, taken bool, err error)
	title(f *Frame) (Text, bool, error)
	listed() bool
	inOrder() bool
	order(id StepID) int
	before(id StepID) (StepID, bool)
}

// errBroken marks what no second delivery mends: a mistake in a flow, or state that it cannot read.
// It counts as a start without a finish, as a panic does.
var errBroken = errors.New("flow is broken")

// Graph is a flow's shape as data.
type Graph struct {
	Flow  string
	Steps []StepID
	Edges []Edge
}

// Edge leads from one step to another.
type Edge struct{ From, To StepID }

var _ Flow = Script[struct{}]{}

// FlowName returns the script's name.
func (s Script[S]) FlowName() string { return s.Name }

// Graph returns the script's steps and edges, as declared in To.
func (s Script[S]) Graph() Graph {
	g := Graph{Flow: s.Name}
	for _, st := range s.Steps {
		g.Steps = append(g.Steps, st.ID)
		for _, to := range st.To {
			g.Edges = append(g.Edges, Edge{st.ID, to})
		}
	}
	return g
}

// names returns the present and earlier names of all steps.
func (s Script[S]) names() []StepID {
	var list []StepID
	for _, st := range s.Steps {
		list = append(append(list, st.ID), st.Was...)
	}
	return list
}

// find returns a step's present name; a renamed step is found by its earlier ones.
func (s Script[S]) find(id StepID) (StepID, bool) {
	for _, st := range s.Steps {
		if st.ID == id || slices.Contains(st.Was, id) {
			return st.ID, true
		}
	}
	return "", false
}

// first returns the first step that is not done: where a frame goes on.
func (s Script[S]) first(f *Frame) (StepID, error) {
	v, err := s.load(f)
	if err != nil {
		return "", err
	}
	return s.open(v), nil
}

func (s Script[S]) open(v S) StepID {
	for _, st := range s.Steps {
		if st.Done == nil || !st.Done(v) {
			return st.ID
		}
	}
	return ""
}

func (s Script[S]) begin(f *Frame, t Turn) (Next, error) {
	v, err := s.load(f)
	if err != nil {
		return Next{}, err
	}
	var n Next
	if s.Begin != nil {
		v, n = s.Begin(v, t)
	}
	_, err = s.keep(f, v)
	return n, err
}

func (s Script[S]) ask(f *Frame, step StepID) (Prompt, error) {
	v, err := s.load(f)
	if err != nil {
		return Prompt{}, err
	}
	st, err := s.step(step)
	if err != nil {
		return Prompt{}, err
	}
	return st.Ask(v), nil
}

func (s Script[S]) answer(f *Frame, step StepID, t Turn) (n Next, changed bool, err error) {
	v, err := s.load(f)
	if err != nil {
		return Next{}, false, err
	}
	st, err := s.step(step)
	if err != nil {
		return Next{}, false, err
	}
	v, n = st.Answer(v, t)
	if n.Step == "" && !n.End && !n.Quiet && len(n.Look) == 0 {
		n.Step = s.open(v)
	}
	if n.Step != "" && n.Step != step && !slices.Contains(st.To, n.Step) {
		return Next{}, false, fmt.Errorf("%w: %s: step %s may not lead to %s", errBroken, s.Name, step, n.Step)
	}
	changed, err = s.keep(f, v)
	return n, changed, err
}

func (s Script[S]) late(f *Frame, t Turn) (n Next, taken bool, err error) {
	if s.Late == nil {
		return Next{}, false, nil
	}
	v, err := s.load(f)
	if err != nil {
		return Next{}, false, err
	}
	v, n = s.Late(v, t)
	_, err = s.keep(f, v)
	return n, true, err
}

func (s Script[S]) title(f *Frame) (Text, bool, error) {
	if s.Title == nil {
		return Text{}, false, nil
	}
	v, err := s.load(f)
	if err != nil {
		return Text{}, false, err
	}
	return s.Title(v), true, nil
}

func (s Script[S]) inOrder() bool { return s.InOrder }

func (s Script[S]) listed() bool { return s.Title != nil }

// order returns where a step stands in the script; -1 for none.
func (s Script[S]) order(id StepID) int {
	return slices.IndexFunc(s.Steps, func(st Step[S]) bool { return st.ID == id })
}

// before returns the step in front of another one, past those that only pass.
func (s Script[S]) before(id StepID) (StepID, bool) {
	for i := s.order(id) - 1; i >= 0; i-- {
		if !s.Steps[i].Passing {
			return s.Steps[i].ID, true
		}
	}
	return "", false
}

func (s Script[S]) step(id StepID) (Step[S], error) {
	for _, st := range s.Steps {
		if st.ID == id {
			return st, nil
		}
	}
	return Step[S]{}, fmt.Errorf("%w: %s: no step %q", errBroken, s.Name, id)
}

// load returns a frame's state. It is decoded once a turn.
func (s Script[S]) load(f *Frame) (S, error) {
	if v, ok := f.live.(S); ok {
		return v, nil
	}
	var v S
	if len(f.State) > 0 {
		if err := json.Unmarshal(f.State, &v); err != nil {
			return v, fmt.Errorf("%w: %s: decode state: %w", errBroken, s.Name, err)
		}
	}
	f.live = v
	return v, nil
}

// keep puts a state into its frame and tells whether it is another one.
func (s Script[S]) keep(f *Frame, v S) (changed bool, err error) {
	b, err := json.Marshal(v)
	if err != nil {
		return false, fmt.Errorf("%w: %s: encode state: %w", errBroken, s.Name, err)
	}
	changed = !bytes.Equal(b, f.State)
	f.State, f.live = b, v
	return changed, nil
}
