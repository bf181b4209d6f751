package bot

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Flow is a [Script] whose state the engine need not know. Only scripts are flows.
type Flow interface {
	// FlowName returns the script's name.
	FlowName() string
	// Graph returns the steps and the edges between them, as declared.
	Graph() Graph

	find(id StepID) (StepID, bool)
	first(state json.RawMessage) (StepID, error)
	begin(state json.RawMessage, t Turn) (json.RawMessage, Next, error)
	ask(state json.RawMessage, step StepID) (Prompt, error)
	answer(state json.RawMessage, step StepID, t Turn) (json.RawMessage, Next, error)
	late(state json.RawMessage, t Turn) (json.RawMessage, Next, bool, error)
	title(state json.RawMessage) (Text, bool, error)
	listed() bool
	order(id StepID) int
	before(id StepID) (StepID, bool)
}

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
func (s Script[S]) first(state json.RawMessage) (StepID, error) {
	v, err := s.load(state)
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

func (s Script[S]) begin(state json.RawMessage, t Turn) (json.RawMessage, Next, error) {
	v, err := s.load(state)
	if err != nil {
		return nil, Next{}, err
	}
	var n Next
	if s.Begin != nil {
		v, n = s.Begin(v, t)
	}
	return s.store(v, n)
}

func (s Script[S]) ask(state json.RawMessage, step StepID) (Prompt, error) {
	v, err := s.load(state)
	if err != nil {
		return Prompt{}, err
	}
	st, err := s.step(step)
	if err != nil {
		return Prompt{}, err
	}
	return st.Ask(v), nil
}

func (s Script[S]) answer(state json.RawMessage, step StepID, t Turn) (json.RawMessage, Next, error) {
	v, err := s.load(state)
	if err != nil {
		return nil, Next{}, err
	}
	st, err := s.step(step)
	if err != nil {
		return nil, Next{}, err
	}
	v, n := st.Answer(v, t)
	if n.Step == "" && !n.End && !n.Quiet && len(n.Look) == 0 {
		n.Step = s.open(v)
	}
	if n.Step != "" && n.Step != step && !slices.Contains(st.To, n.Step) {
		return nil, Next{}, fmt.Errorf("flow %s: step %s may not lead to %s", s.Name, step, n.Step)
	}
	return s.store(v, n)
}

func (s Script[S]) late(state json.RawMessage, t Turn) (json.RawMessage, Next, bool, error) {
	if s.Late == nil {
		return state, Next{}, false, nil
	}
	v, err := s.load(state)
	if err != nil {
		return nil, Next{}, false, err
	}
	v, n := s.Late(v, t)
	b, n, err := s.store(v, n)
	return b, n, true, err
}

func (s Script[S]) title(state json.RawMessage) (Text, bool, error) {
	if s.Title == nil {
		return Text{}, false, nil
	}
	v, err := s.load(state)
	if err != nil {
		return Text{}, false, err
	}
	return s.Title(v), true, nil
}

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
	return Step[S]{}, fmt.Errorf("flow %s: no step %q", s.Name, id)
}

func (s Script[S]) load(state json.RawMessage) (S, error) {
	var v S
	if len(state) == 0 {
		return v, nil
	}
	if err := json.Unmarshal(state, &v); err != nil {
		return v, fmt.Errorf("flow %s: decode state: %w", s.Name, err)
	}
	return v, nil
}

func (s Script[S]) store(v S, n Next) (json.RawMessage, Next, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, Next{}, fmt.Errorf("flow %s: encode state: %w", s.Name, err)
	}
	return b, n, nil
}
