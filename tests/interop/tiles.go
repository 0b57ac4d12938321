package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const tileWidth = 256

// tileFile is one file of [C2SP tlog-tiles]; level is -1 for entry bundles.
type tileFile struct {
	level int
	index int64
	width int
}

// path is tile/<level>/<index>[.p/<width>], the index in groups of three digits.
func (t tileFile) path() string {
	level, groups := "entries", fmt.Sprintf("%03d", t.index%1000)
	if t.level >= 0 {
		level = fmt.Sprint(t.level)
	}
	for rest := t.index / 1000; rest > 0; rest /= 1000 {
		groups = fmt.Sprintf("x%03d/%s", rest%1000, groups)
	}
	if t.width < tileWidth {
		groups += fmt.Sprintf(".p/%d", t.width)
	}
	return "tile/" + level + "/" + groups
}

// tilesOf lists the files that a log of this size consists of, one level.
func tilesOf(level int, size int64) []tileFile {
	count := size
	for l := 0; l < level; l++ {
		count /= tileWidth
	}
	var tiles []tileFile
	for index := int64(0); index*tileWidth < count; index++ {
		width := count - index*tileWidth
		if width > tileWidth {
			width = tileWidth
		}
		tiles = append(tiles, tileFile{level, index, int(width)})
	}
	return tiles
}

// readEntries reads the records of a log of this size, in order.
func readEntries(dir string, size int64) ([][]byte, error) {
	var entries [][]byte
	for _, tile := range tilesOf(-1, size) {
		bundle, err := os.ReadFile(filepath.Join(dir, tile.path()))
		if err != nil {
			return nil, err
		}
		for n := 0; n < tile.width; n++ {
			if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
				return nil, fmt.Errorf("%s ends within record %d", tile.path(), n)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			entries = append(entries, bundle[2:end])
			bundle = bundle[end:]
		}
		if len(bundle) != 0 {
			return nil, fmt.Errorf("%s goes on after record %d", tile.path(), tile.width)
		}
	}
	return entries, nil
}

// hashes holds every complete subtree of the log at its stored index.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for n, index := range indexes {
		if index >= int64(len(h)) {
			return nil, fmt.Errorf("hash %d is not stored", index)
		}
		out[n] = h[index]
	}
	return out, nil
}

func hashEntries(entries [][]byte) (hashes, error) {
	var stored hashes
	for n, entry := range entries {
		added, err := tlog.StoredHashes(int64(n), entry, stored)
		if err != nil {
			return nil, err
		}
		stored = append(stored, added...)
	}
	return stored, nil
}

// checkTiles compares every hash tile with what the records hash to, byte for byte, and refuses
// a file that is missing or that does not belong.
func checkTiles(dir string, size int64, stored hashes) (int, error) {
	belongs := map[string]bool{}
	for _, tile := range tilesOf(-1, size) {
		belongs[tile.path()] = true
	}
	count := 0
	for level := 0; ; level++ {
		tiles := tilesOf(level, size)
		if len(tiles) == 0 {
			break
		}
		for _, tile := range tiles {
			if err := checkTile(dir, tile, stored); err != nil {
				return 0, err
			}
			belongs[tile.path()] = true
			count++
		}
	}
	return count, checkNothingElse(dir, belongs)
}

func checkTile(dir string, tile tileFile, stored hashes) error {
	var want []byte
	for n := 0; n < tile.width; n++ {
		index := tlog.StoredHashIndex(8*tile.level, tile.index*tileWidth+int64(n))
		want = append(want, stored[index][:]...)
	}
	got, err := os.ReadFile(filepath.Join(dir, tile.path()))
	if err == nil && !bytes.Equal(got, want) {
		err = fmt.Errorf("%s is not what the records hash to", tile.path())
	}
	return err
}

func checkNothingElse(dir string, belongs map[string]bool) error {
	return filepath.WalkDir(filepath.Join(dir, "tile"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if name := filepath.ToSlash(strings.TrimPrefix(path, filepath.Clean(dir)+"/")); !belongs[name] {
			return fmt.Errorf("%s does not belong to a log of this size", name)
		}
		return nil
	})
}
