//! `nemcon demo`.
use clap::Args;
use super::{Failure, Global, Screen};
use crate::shipped::CharterName;
/// x
#[derive(Clone, Debug, Args)]
pub struct DemoArgs {
    /// x
    #[arg(long)]
    charter: Option<CharterName>,
}
/// x
pub fn run(_: &DemoArgs, _: &Global, _: Screen) -> Result<(), Failure> { Ok(()) }
