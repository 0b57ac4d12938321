// Package export checks an export of a ledger (docs/formats.md, section 3).
package export

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// NotRun is why nothing is said of an export.
type NotRun struct{ Why error }

func (n *NotRun) Error() string { return n.Why.Error() }

const (
	noteBytesMost   = 128 * 1024
	bundleBytesMost = 256 * (2 + 65_535)
	recordsMost     = 1 << 26
	publicText      = "nemcon/v1 public-export\n" +
		"The records that are not public are withheld: in the entry bundles they have the length 0.\n"
)

// Folder is the folder of an export. It reads regular files alone, and follows no link below it.
type Folder string

// Open tells whether there is an export.
func Open(folder string) (Folder, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", &NotRun{err}
	}
	for _, entry := range entries {
		if entry.Name() == "genesis" || entry.Name() == "checkpoint" {
			return Folder(folder), nil
		}
	}
	return "", &NotRun{fmt.Errorf("there is no export in %s", folder)}
}

// Read reads a file that has so many bytes at most.
func (f Folder) Read(path string, most int) ([]byte, error) {
	at := string(f)
	var info fs.FileInfo
	for _, part := range strings.Split(path, "/") {
		var err error
		at = filepath.Join(at, part)
		if info, err = os.Lstat(at); err != nil {
			if errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), "not a directory") {
				return nil, fmt.Errorf("%s: no such file or directory", path)
			}
			return nil, &NotRun{err}
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			return nil, fmt.Errorf("%s: a link", path)
		}
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", path)
	}
	file, err := os.Open(at)
	if err != nil {
		return nil, &NotRun{err}
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, int64(most)+1))
	if err != nil {
		return nil, &NotRun{err}
	}
	if len(raw) > most {
		return nil, fmt.Errorf("%s: longer than %d bytes", path, most)
	}
	return raw, nil
}

// IsPublic tells whether the export withholds records; the file that says so has one text.
func (f Folder) IsPublic() (bool, error) {
	if _, err := os.Lstat(filepath.Join(string(f), "public")); err != nil {
		return false, nil
	}
	raw, err := f.Read("public", noteBytesMost)
	if err == nil && string(raw) != publicText {
		err = fmt.Errorf("public: not the text of a public export")
	}
	return true, err
}

// others counts the files that belong to no export of this size; nothing is said of them.
func (f Folder) others(size int64) int {
	belongs := map[string]bool{
		"genesis": true, "checkpoint": true, "public": true, "finality.policy": true, "advance.policy": true,
		keysFile: true,
	}
	for level := -1; level < 0 || len(tilesOf(level, size)) > 0; level++ {
		for _, tile := range tilesOf(level, size) {
			belongs[tile.path()] = true
		}
	}
	count := 0
	_ = filepath.WalkDir(string(f), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fs.SkipDir
		}
		name, _ := filepath.Rel(string(f), path)
		if !entry.IsDir() && !belongs[filepath.ToSlash(name)] {
			count++
		}
		return nil
	})
	return count
}
