//! `completions`: what a shell needs to complete the program's commands and options.

use clap::{Args, Command};
use clap_complete::{Shell, generate};
use nemcon_client::failure::Failure;

use crate::output::print_text;
use crate::screen::Screen;

/// Completions for which shell.
#[derive(Clone, Debug, Args)]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: Shell,
}

/// Prints the completions of a program for a shell.
///
/// # Errors
/// [`Failure`] if standard output cannot be written.
pub fn run(args: &CompletionsArgs, program: Command, screen: Screen) -> Result<(), Failure> {
    print_text(&text(args.shell, program), screen)
}

/// The completions of a program for a shell.
fn text(shell: Shell, mut program: Command) -> String {
    let mut written = Vec::new();
    let name = program.get_name().to_owned();
    generate(shell, &mut program, name, &mut written);
    String::from_utf8(written).expect("names and helps are UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum as _;

    #[test]
    fn every_shell_learns_every_command() {
        for shell in Shell::value_variants() {
            let text = text(*shell, crate::cli::command());
            let program = crate::cli::command();
            for command in program.get_subcommands() {
                assert!(text.contains(command.get_name()), "{shell}: {}", command.get_name());
            }
            assert!(text.contains("--max-age") || text.contains("max-age"), "{shell}");
        }
    }
}
