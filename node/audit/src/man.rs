//! `man`: the manual pages, one a command.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use nemcon_client::failure::Failure;
use nemcon_ledger::text::{Day, Show as _};
use serde_json::json;

use crate::output;
use crate::screen::Screen;

/// The section of the manual: commands of users.
const SECTION: &str = "1";

/// Where the pages go.
#[derive(Clone, Debug, Args)]
pub struct ManArgs {
    /// The folder to write the pages into, such as /usr/local/share/man/man1. It is made if its parent is there, and pages of the
    /// same names are replaced.
    #[arg(short, long, value_name = "DIR")]
    pub out: PathBuf,
    /// The date that the pages bear, as 2026-11-30; without it they bear none.
    #[arg(long, value_name = "DAY")]
    pub date: Option<Day>,
}

/// What all pages of a run have in common.
struct Manual {
    /// The programs that have pages.
    programs: Vec<String>,
    /// The date; a space where there is none, because an empty word would be left out, and the next one take its place.
    date: String,
}

/// Writes the pages of these programs, readable by all.
///
/// # Errors
/// [`Failure`] if a page cannot be written.
pub fn run(args: &ManArgs, programs: Vec<Command>, screen: Screen) -> Result<(), Failure> {
    let pages = pages(programs, args.date.as_ref());
    prepare(&args.out).map_err(|error| {
        Failure::usage(format_args!("{}: {error}", args.out.shown()))
            .next("name a folder that you may write into, or a new one in a folder that is there")
    })?;
    for (name, page) in &pages {
        let file = args.out.join(name);
        output::replace(&file, page)?;
        fs::set_permissions(&file, Permissions::from_mode(0o644))
            .map_err(|error| Failure::usage(format_args!("{}: {error}", file.shown())))?;
    }
    let names: Vec<_> = pages.keys().collect();
    let value = json!({ "folder": args.out.to_string_lossy(), "pages": names });
    let out = args.out.shown();
    let words =
        format_args!("{} manual pages are in {out}\nnext: man -l {out}/{}", pages.len(), names[0]);
    screen.result(&value, words)
}

/// Makes the folder, readable by all, unless it is there.
fn prepare(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir(folder)?;
    fs::set_permissions(folder, Permissions::from_mode(0o755))
}

/// All pages by their file names. A command whose page would have the name of a program has none: the command `audit` of
/// `nemcon` is a command of `nemcon-audit` too, and described there.
fn pages(programs: Vec<Command>, date: Option<&Day>) -> BTreeMap<String, Vec<u8>> {
    let names = programs.iter().map(|it| it.get_name().to_owned()).collect();
    let date = date.map_or_else(|| " ".to_owned(), ToString::to_string);
    let manual = Manual { programs: names, date };
    let mut pages = BTreeMap::new();
    for program in programs {
        let mut program = program.disable_help_subcommand(true);
        program.build();
        manual.add(&program, true, &mut pages);
    }
    pages
}

impl Manual {
    fn add(&self, command: &Command, is_program: bool, pages: &mut BTreeMap<String, Vec<u8>>) {
        let name = page_of(command);
        if !is_program && self.programs.contains(&name) {
            return;
        }
        for below in command.get_subcommands().filter(|it| !it.is_hide_set()) {
            self.add(below, false, pages);
        }
        let page = self.page(command).expect("memory takes what is written");
        pages.insert(format!("{name}.{SECTION}"), page);
    }

    /// One page, in the language of `man`.
    fn page(&self, command: &Command) -> io::Result<Vec<u8>> {
        let mut page = Vec::new();
        let version = command.get_version().unwrap_or_default();
        let man = Man::new(command.clone())
            .title(page_of(command).to_uppercase())
            .date(&self.date)
            .source(format!("nemcon {version}"))
            .manual("nemcon");
        man.render_title(&mut page)?;
        man.render_name_section(&mut page)?;
        synopsis(command).to_writer(&mut page)?;
        man.render_description_section(&mut page)?;
        if command.get_arguments().any(|it| !it.is_hide_set()) {
            man.render_options_section(&mut page)?;
        }
        let mut rest = Roff::new();
        self.list_commands(&mut rest, command);
        if let Some(told) = command.get_after_help() {
            rest.control("SH", ["NOTES"]);
            rest.text([roman(told.to_string())]);
        }
        see_also(&mut rest, command);
        rest.to_writer(&mut page)?;
        Ok(page)
    }

    fn list_commands(&self, page: &mut Roff, command: &Command) {
        let mut below = command.get_subcommands().filter(|it| !it.is_hide_set()).peekable();
        if below.peek().is_some() {
            page.control("SH", ["COMMANDS"]);
        }
        for it in below {
            let mut name = page_of(it);
            if self.programs.contains(&name) {
                name = format!("{name}-{}", it.get_name());
            }
            page.control("TP", []);
            page.text([bold(name), roman(format!("({SECTION})"))]);
            if let Some(about) = it.get_about() {
                page.text([roman(about.to_string())]);
            }
        }
    }
}

/// How the command is written: with what it wants, and the options in a word.
fn synopsis(command: &Command) -> Roff {
    let mut page = Roff::new();
    page.control("SH", ["SYNOPSIS"]);
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    // A hyphen may stand within the program's name.
    let ends = [" [", " <", " --"].iter().filter_map(|next| usage.find(next)).min();
    let (name, rest) = usage.split_at(ends.unwrap_or(usage.len()));
    page.text([bold(name), roman(rest)]);
    page
}

/// The name of a command's page: its words with hyphens.
fn page_of(command: &Command) -> String {
    command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned()
}

/// The page of the command that this one belongs to, and where more is written.
fn see_also(page: &mut Roff, command: &Command) {
    page.control("SH", ["SEE ALSO"]);
    let name = page_of(command);
    let own = command.get_name();
    if let Some(above) =
        name.strip_suffix(own).and_then(|it| it.strip_suffix('-')).filter(|it| !it.is_empty())
    {
        page.text([bold(above), roman(format!("({SECTION})"))]);
        page.control("PP", []);
    }
    page.text([roman("docs/commands.md lists every command by task, docs/running-a-node.md leads from keys to a council at work. A package has both in /usr/share/doc/nemcon.")]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_and_every_page_that_is_named_is_there() {
        let pages = pages(vec![crate::cli::command()], None);
        let shown = crate::cli::command();
        for command in shown.get_subcommands().filter(|it| !it.is_hide_set()) {
            let name = format!("nemcon-audit-{}.1", command.get_name());
            assert!(pages.contains_key(&name), "{name}");
        }
        for page in pages.values() {
            let text = String::from_utf8(page.clone()).unwrap();
            for named in
                text.split(r"\fR(1)").filter_map(|it| it.rsplit_once(r"\fB").map(|it| it.1))
            {
                if named.starts_with("nemcon") {
                    let file = format!("{}.1", named.replace(r"\-", "-"));
                    assert!(pages.contains_key(&file), "{file}");
                }
            }
        }
    }

    #[test]
    fn a_command_that_is_named_like_a_program_leaves_the_page_to_it() {
        let program = |name: &'static str| Command::new(name).version("1").about("a program");
        let first = program("one").subcommand(program("two"));
        let both = pages(vec![first, program("one-two").subcommand(program("two"))], None);
        let names: Vec<_> = both.keys().map(String::as_str).collect();
        assert_eq!(names, ["one-two-two.1", "one-two.1", "one.1"]);
        let text = String::from_utf8(both["one.1"].clone()).unwrap();
        assert!(text.contains(r"one\-two\-two"), "{text}");
    }
}
