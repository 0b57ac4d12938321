//! The demo's stolen laptop: the member is frozen from another machine, and goes on with a
//! new officer key.

use std::path::PathBuf;
use std::time::Instant;

use nemcon_client::acts::{cast, freezing, new_officers};
use nemcon_client::atomic_write::{StagedError, replace_file};
use nemcon_client::failure::Failure;
use nemcon_client::founding::PlannedOfficer;
use nemcon_client::keyfile::{KeyFile, KeyRole};
use nemcon_client::seats::OfficersFile;
use nemcon_client::session::Party;
use nemcon_ledger::record::Position;
use nemcon_ledger::text::{Code, Label};

use super::law::{say, yes};
use super::{Demo, quoting};

/// The file of the member's recovery key, which is not on the laptop.
const RECOVERY: &str = "recovery.key";
/// The file of the officer key that is on the laptop.
const STOLEN: &str = "officer-desk.key";
/// The file with the member's new officers.
const OFFICERS: &str = "officers.toml";
/// The file of the stolen key after the theft.
const WITH_THIEF: &str = "stolen.key";
/// The new officer's label, and the file of its key.
const NEW: (&str, &str) = ("card", "officer-card.key");

impl Demo {
    /// The last member signs, loses its laptop to a thief, is frozen, gets a new officer key,
    /// and signs again.
    pub(super) fn freeze_and_thaw(&mut self) -> Result<(), Failure> {
        let codes = self.nodes.codes();
        let (victim, others) = codes.split_last().expect("a council has members");
        let begun = Instant::now();
        let ballot = (self.party(victim)?, self.main, yes());
        self.have_cast(vec![ballot])?;
        let main = self.main;
        self.wait("that ballot", |demo| {
            demo.look()?;
            let is_there = demo.nodes.all_show(main, |it| !it.missing.contains(victim))?;
            Ok(is_there.then_some(()))
        })?;
        self.done("first", begun, &format!("{victim} signs with its officer's key"));
        self.freeze(victim)?;
        self.let_thief_try(victim)?;
        let begun = Instant::now();
        let ballots = others.iter().map(|code| Ok((self.party(code)?, self.main, yes())));
        let ballots = ballots.collect::<Result<Vec<_>, Failure>>()?;
        self.have_cast(ballots)?;
        let words =
            format!("{} of {} ballots ordered; it waits for {victim}", others.len(), codes.len());
        self.done("others", begun, &words);
        self.thaw(victim)?;
        self.last_ballot(victim)
    }

    fn freeze(&mut self, code: &Code) -> Result<(), Failure> {
        let begun = Instant::now();
        self.stage.event("the laptop with that key is stolen; on another machine:");
        self.show_command("key freeze", code, &[RECOVERY]);
        let party = self.keyholder(code, &[RECOVERY])?;
        let words = say(&party, &freezing(&party, None)?, &format!("{code} is frozen"))?;
        self.done("freeze", begun, &words);
        let main = self.main;
        self.wait("the freeze", |demo| {
            demo.look()?;
            let is_void = demo.nodes.all_show(main, |it| it.missing.contains(code))?;
            Ok(is_void.then_some(()))
        })?;
        self.stage.event(&format!("its ballot is void; {} stays open", self.word_of_main()));
        Ok(())
    }

    /// Shows that the stolen key cannot sign for the member any more.
    fn let_thief_try(&mut self, code: &Code) -> Result<(), Failure> {
        let thief = self.party(code)?;
        match cast(&thief, self.main, Position::Against.into()) {
            Err(refused) => {
                let why = refused.message().split(':').next().unwrap_or_default();
                self.stage.event(&format!("the thief signs `against`: refused, {why}"));
            }
            Ok(_) => return Err(Failure::usage("a frozen member's key was let in")),
        }
        let folder = self.nodes.testnet().folder(code);
        let (from, to) = (folder.join(STOLEN), folder.join(WITH_THIEF));
        let failed = |source| StagedError::Io { path: to.clone(), source };
        std::fs::rename(&from, &to).map_err(failed)?;
        Ok(())
    }

    fn thaw(&mut self, code: &Code) -> Result<(), Failure> {
        let begun = Instant::now();
        let (label, file) = NEW;
        let key = KeyFile::generate(KeyRole::Officer)?;
        key.write(&self.nodes.testnet().folder(code).join(file), None)?;
        let label: Label = label.parse().expect("the officer's label is one");
        let officer = PlannedOfficer { label, key: key.secret.public() };
        let wanted = OfficersFile { signatures: 1, recovery: None, officers: vec![officer] };
        let path = self.nodes.testnet().folder(code).join(OFFICERS);
        replace_file(&path, wanted.render().as_bytes())?;
        self.show_command(
            &format!("key officers {}", quoting::word(&path)),
            code,
            &[RECOVERY, file],
        );
        let party = self.keyholder(code, &[RECOVERY, file])?;
        let words = format!("{code} has a new officer's key, signed by its recovery key");
        let words = say(&party, &new_officers(&party, &wanted)?, &words)?;
        self.done("thaw", begun, &words);
        self.wait("the thaw", |demo| {
            demo.look()?;
            demo.nodes.all_say(|status| status.members.iter().all(|it| !it.frozen))
        })
    }

    /// Prints the command by which a person does the same.
    pub(super) fn show_command(&mut self, command: &str, code: &Code, keys: &[&str]) {
        let testnet = self.nodes.testnet();
        let folder = testnet.folder(code);
        let keys: Vec<_> =
            keys.iter().map(|key| format!(" --key {}", quoting::word(&folder.join(key)))).collect();
        let dir = quoting::word(testnet.dir());
        let words = format!("  $ nemcon {command} --dir {dir} --as {code}{}", keys.concat());
        self.stage.event(&words);
    }

    /// The party with these keys of its folder, whatever their use.
    pub(super) fn keyholder(&self, code: &Code, files: &[&str]) -> Result<Party, Failure> {
        let folder = self.nodes.testnet().folder(code);
        let keys: Vec<PathBuf> = files.iter().map(|file| folder.join(file)).collect();
        self.session(code, keys)?.keyholder()
    }
}
