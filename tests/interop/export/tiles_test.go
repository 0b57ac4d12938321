package export

import "testing"

func TestTilePathsAreThoseOfTheSpecification(t *testing.T) {
	for want, tile := range map[string]tileFile{
		"tile/0/x001/x234/067":       {0, 1234067, 256},
		"tile/2/000.p/1":             {2, 0, 1},
		"tile/entries/x001/000.p/44": {-1, 1000, 44},
	} {
		if tile.path() != want {
			t.Errorf("%s, want %s", tile.path(), want)
		}
	}
	for level, want := range []int{274, 2, 1, 0} {
		if got := len(tilesOf(level, 70000)); got != want {
			t.Errorf("level %d: %d tiles, want %d", level, got, want)
		}
	}
}
