package export

import (
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"../law"
	"../record"
)

const checkpointLines = 512

// Checkpoint is what a checkpoint says, and who is said to have signed it.
type Checkpoint struct {
	Text, Origin string
	Tree         tlog.Tree
	Lines        []record.NoteLine
}

// ParseCheckpoint reads a [C2SP tlog-checkpoint] without extension lines.
func ParseCheckpoint(raw []byte) (*Checkpoint, error) {
	text, lines, err := record.ParseNote(raw, checkpointLines)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	rows := strings.Split(text, "\n")
	if len(rows) != 4 || rows[0] == "" || rows[3] != "" {
		return nil, fmt.Errorf("checkpoint: not three lines")
	}
	size, good := record.ParseNumber(rows[1])
	root, err := record.Base64(rows[2])
	if !good || size < 3 || size > recordsMost || err != nil || len(root) != tlog.HashSize {
		return nil, fmt.Errorf("checkpoint: size %q, root %q", rows[1], rows[2])
	}
	c := &Checkpoint{Text: text, Origin: rows[0], Lines: lines, Tree: tlog.Tree{N: int64(size)}}
	copy(c.Tree.Hash[:], root)
	return c, nil
}

// CheckSeals: a node of the roster has signed as the log, every member has sealed, and no line by a
// key of theirs is false.
func (c *Checkpoint) CheckSeals(council *law.Council, roster []*law.Party) error {
	logged, sealed := false, map[string]bool{}
	for _, line := range c.Lines {
		for _, p := range roster {
			for _, s := range []record.Signer{council.Node(p.Node), council.Seal(p.Code, p.Seal)} {
				if !line.IsBy(s) {
					continue
				}
				if !s.Verify([]byte(c.Text), line.Blob[4:]) {
					return fmt.Errorf("checkpoint: a line of %s does not verify", s.Called)
				}
				logged = logged || s.Type == record.Plain
				sealed[p.Code] = sealed[p.Code] || s.Type == record.Cosigned
			}
		}
	}
	if !logged {
		return fmt.Errorf("checkpoint: no node of the council has signed as the log")
	}
	for _, p := range roster {
		if !sealed[p.Code] {
			return fmt.Errorf("checkpoint: no seal of %s", p.Code)
		}
	}
	return nil
}

// policies are the bytes of both policies of a roster.
func policies(council *law.Council, roster []*law.Party) map[string]string {
	var lines, codes []string
	for _, p := range roster {
		lines = append(lines, "log "+council.Node(p.Node).Vkey())
		codes = append(codes, p.Code)
	}
	for _, p := range roster {
		lines = append(lines, "witness "+p.Code+" "+council.Seal(p.Code, p.Seal).Vkey())
	}
	of := func(name, count string) string {
		group := fmt.Sprintf("group %s %s %s", name, count, strings.Join(codes, " "))
		return strings.Join(append(lines[:len(lines):len(lines)], group, "quorum "+name), "\n") + "\n"
	}
	return map[string]string{
		"finality.policy": of("every-member", "all"),
		"advance.policy":  of("two-thirds", fmt.Sprint(2*len(roster)/3+1)),
	}
}
