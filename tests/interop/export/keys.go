package export

import (
	"fmt"
	"strings"

	"../law"
)

const keysFile = "keys"

// span are the sizes that one key of one member signs; last is 0 while it still does.
type span struct {
	use, code, vkey string
	first, last     int64
}

// name is what two spans of one key have in common.
func (s *span) name() string { return s.use + " " + s.code + " " + s.vkey }

// spans are those of all rosters so far, in the order of the file.
type spans struct {
	all    []*span
	goOn   map[string]*span
	roster []*law.Party
}

// take takes the roster of a block, which seals the sizes from there on; the block before it ended at the size above.
func (s *spans) take(council *law.Council, above int64, roster []*law.Party) {
	if isSameNodes(s.roster, roster) {
		return
	}
	s.roster = roster
	due, goOn := keysOf(council, roster), map[string]*span{}
	for _, key := range due {
		name := key.name()
		if goOn[name] = s.goOn[name]; goOn[name] == nil {
			key.first = above + 1
			goOn[name] = key
			s.all = append(s.all, key)
		}
	}
	for name, old := range s.goOn {
		if goOn[name] == nil {
			old.last = above
		}
	}
	s.goOn = goOn
}

// keysOf are the keys of a roster in its order, of each member the one of the log first.
func keysOf(council *law.Council, roster []*law.Party) []*span {
	var keys []*span
	for _, p := range roster {
		log, seal := council.Node(p.Node), council.Seal(p.Code, p.Seal)
		keys = append(keys, &span{use: "log", code: p.Code, vkey: log.Vkey()})
		keys = append(keys, &span{use: "seal", code: p.Code, vkey: seal.Vkey()})
	}
	return keys
}

// isSameNodes tells whether the same nodes sign and seal, with the same keys.
func isSameNodes(before, now []*law.Party) bool {
	if len(before) != len(now) {
		return false
	}
	for n, p := range now {
		if old := before[n]; old.Code != p.Code || old.Node != p.Node || old.Seal != p.Seal {
			return false
		}
	}
	return true
}

// text is what the file says at the size where the last block ends.
func (s *spans) text() string {
	var text strings.Builder
	text.WriteString("nemcon/v1 keys\n")
	for _, key := range s.all {
		last := "-"
		if key.last > 0 {
			last = fmt.Sprint(key.last)
		}
		fmt.Fprintf(&text, "%s %d %s %s %s\n", key.use, key.first, last, key.code, key.vkey)
	}
	return text.String()
}

// checkKeys: the file has the keys of all rosters up to this size, however many these are.
func (f Folder) checkKeys(keys *spans) error {
	due := keys.text()
	raw, err := f.Read(keysFile, len(due)+1)
	if err == nil && string(raw) != due {
		err = fmt.Errorf("%s: not the keys that have signed and sealed this log", keysFile)
	}
	return err
}
