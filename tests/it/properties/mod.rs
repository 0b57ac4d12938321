//! Properties of the written form, of whatever is drawn.

mod fuzz_corpora;
pub(crate) mod keys;
mod measures;
pub(crate) mod on_measures;
pub(crate) mod strategies;
mod written_form;
