// Package rules is the policy: pure functions from what is known about a claim's line to a
// verdict in which every statement names its rule (domain.md 5, promise P8). It does no I/O and
// reads no clock. Numbers, rows and contacts are data (policy.yaml); the order in which the
// facts are weighed is one list in judge.go; words are in text/ and are never part of a decision.
package rules
