//! nemcon tests.
