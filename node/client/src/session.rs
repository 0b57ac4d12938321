//! A session with a node: the node, the council and the party that are meant; and the party
//! with its keys.

use std::time::Duration;

use nemcon_crypto::{Digest, PublicKey, SecretKey};
use nemcon_ledger::record::statement::{Body, Head};
use nemcon_ledger::record::{Genesis, Statement};
use nemcon_ledger::text::Code;

use crate::api::Answer;
use crate::client::{Client, ClientError};
use crate::founding::Founding;
use crate::keyfile::{KeyRole, StoredKey};
use crate::party_key::{KeyPlace, PartyKey, PartyKeyError};
use crate::seats::{Seat, Seats};
use crate::statements;

use crate::clock::now;
use crate::failure::Failure;
use crate::party_names::Names;

/// A node, and what the caller knows of the council and the party.
#[derive(Clone, Debug)]
pub struct Session {
    client: Client,
    party: Option<Code>,
    council: Option<Digest>,
    keys: Vec<KeyPlace>,
}

/// A party in its council, with the keys that are on this machine.
#[derive(Clone, Debug)]
pub struct Party {
    /// The client of the node that the party uses.
    pub client: Client,
    /// The genesis of the council.
    pub genesis: Genesis,
    /// The council digest and the party's code.
    pub head: Head,
    /// The current members and participants with their keys.
    pub seats: Seats,
    keys: Vec<PartyKey>,
}

impl Session {
    /// A session with this node. The council, the party and its officers' keys are given as
    /// far as the caller knows them.
    pub const fn new(
        client: Client,
        party: Option<Code>,
        council: Option<Digest>,
        keys: Vec<KeyPlace>,
    ) -> Self {
        Self { client, party, council, keys }
    }

    /// The client of the node.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The code of the party, if the caller gave it.
    pub const fn code(&self) -> Option<&Code> {
        self.party.as_ref()
    }

    /// The council digest that the caller gave.
    ///
    /// # Errors
    /// [`Failure`] if the caller gave none.
    pub fn council(&self) -> Result<Digest, Failure> {
        self.council.ok_or_else(|| {
            Failure::usage("which council? A node is not believed about itself").next(
                "give `--council DIGEST`: it stands on the founding papers, and \
                 `nemcon genesis verify FILE` prints it",
            )
        })
    }

    /// The genesis that the node holds, with its founders' signatures verified.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn founding(&self) -> Result<Founding, Failure> {
        self.founding_of(self.council()?)
    }

    /// The genesis that the node has given, verified to found the council of this session.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn founding_in(&self, genesis: &[u8]) -> Result<Founding, Failure> {
        self.verified(genesis, &self.council()?)
    }

    /// The genesis that the node holds, verified to found this council.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn founding_of(&self, council: Digest) -> Result<Founding, Failure> {
        self.verified(&self.client.genesis()?, &council)
    }

    fn verified(&self, genesis: &[u8], council: &Digest) -> Result<Founding, Failure> {
        let refused = |error: &dyn core::fmt::Display| {
            let told = self.client.told();
            Failure::refused(format_args!("the genesis of {told}: {error}"))
                .next("it is another council's node, or the digest is another council's")
        };
        let founding = Founding::parse(genesis).map_err(|error| refused(&error))?;
        founding.verify(council).map_err(|error| refused(&error))?;
        Ok(founding)
    }

    /// The party with its officer keys.
    ///
    /// # Errors
    /// [`Failure`] if the caller gave no party or no key.
    pub fn party(&self) -> Result<Party, Failure> {
        self.party_with(|place| PartyKey::find_as(place, KeyRole::Officer))
    }

    /// Like [`Self::party`], with keys of every use.
    ///
    /// # Errors
    /// [`Failure`] as for [`Self::party`].
    pub fn keyholder(&self) -> Result<Party, Failure> {
        self.party_with(PartyKey::find)
    }

    /// The party without its keys, to write texts that are signed elsewhere.
    ///
    /// # Errors
    /// [`Failure`] if the caller gave no party.
    pub fn author(&self) -> Result<Party, Failure> {
        self.with(Vec::new())
    }

    fn party_with(
        &self,
        find: impl Fn(&KeyPlace) -> Result<PartyKey, PartyKeyError>,
    ) -> Result<Party, Failure> {
        let by = self.by()?;
        if self.keys.is_empty() {
            return Err(Failure::usage(format_args!("with which keys of {by}?")).next(
                "give `--key FILE` or `--key pkcs11:...`, once for each that signs; `--prepare FILE` writes the text \
                 for keys that are elsewhere",
            ));
        }
        self.with(self.keys.iter().map(find).collect::<Result<_, _>>()?)
    }

    fn by(&self) -> Result<Code, Failure> {
        self.party
            .clone()
            .ok_or_else(|| Failure::usage("who signs?").next("give `--as CODE`, the party's code"))
    }

    fn with(&self, keys: Vec<PartyKey>) -> Result<Party, Failure> {
        let (by, council) = (self.by()?, self.council()?);
        let genesis = self.founding()?.genesis().clone();
        let head = Head { council, by };
        let seats = self.client.seats()?;
        Ok(Party { client: self.client.clone(), genesis, head, seats, keys })
    }
}

/// How long a submission waits for its statement to be ordered.
pub const ORDER_WAIT: Duration = Duration::from_secs(15);

/// Submits a statement and waits for it to be ordered. Signals do not end the wait.
///
/// # Errors
/// [`ClientError`] if the node does not answer. It may have the statement all the same.
pub fn submit(client: &Client, statement: &Statement) -> Result<Answer, ClientError> {
    client.submit(record(statement), ORDER_WAIT)
}

/// The bytes of a statement as they are submitted.
///
/// # Panics
/// Never, because a signed note is UTF-8.
pub fn record(statement: &Statement) -> String {
    String::from_utf8(statement.render()).expect("a note is UTF-8")
}

impl Party {
    /// A party without keys on this machine.
    #[cfg(any(test, feature = "fixture"))]
    pub const fn keyless(client: Client, head: Head, genesis: Genesis, seats: Seats) -> Self {
        Self { client, genesis, head, seats, keys: Vec::new() }
    }

    /// The names of the council's parties.
    pub fn names(&self) -> Names<'_> {
        Names { genesis: &self.genesis, seats: Some(&self.seats) }
    }

    /// Checks that the party's keys on this machine suffice for `body`, before anybody is
    /// asked for consent.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn verify_keys(&self, body: &Body) -> Result<(), Failure> {
        let parts = self.seats.signers(body, &self.genesis)?;
        let keys: Vec<_> = self.keys.iter().map(PartyKey::public).collect();
        Ok(statements::verify_keys(body, &parts, &keys)?)
    }

    /// The party's keys on this machine, which passphrases and PINs may lock.
    pub fn keys(&self) -> &[PartyKey] {
        &self.keys
    }

    /// The party with these keys in place of its own: the same ones, opened.
    #[must_use]
    pub fn with_keys(&self, keys: Vec<PartyKey>) -> Self {
        Self { keys, ..self.clone() }
    }

    /// Signs `body` with the party's keys, all of which must be open.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn sign(&self, body: &Body) -> Result<Statement, Failure> {
        let parts = self.seats.signers(body, &self.genesis)?;
        Ok(statements::sign(body, &parts, &self.keys, now()?.as_ms() / 1000)?)
    }

    /// The party's seat in the council.
    ///
    /// # Errors
    /// [`Failure`] if the party is no member.
    pub fn seat(&self) -> Result<&Seat, Failure> {
        let by = &self.head.by;
        self.seats.seat(by).ok_or_else(|| {
            Failure::refused(format_args!("{by} is no member of this council"))
                .next("`nemcon member list` gives the members")
        })
    }

    /// The leaf hash of the last statement about the officers of the party, a member or a participant.
    ///
    /// # Errors
    /// [`Failure`] if there is neither of the two.
    pub fn last_keys(&self) -> Result<Option<Digest>, Failure> {
        match self.seats.participant(&self.head.by) {
            Some(seat) => Ok(seat.last_keys),
            None => Ok(self.seat()?.last_keys),
        }
    }

    /// Adds the key of a file to those that sign.
    pub fn add_key(&mut self, key: StoredKey) {
        self.keys.push(PartyKey::File(Box::new(key)));
    }

    /// The party's secret key with this public half, unless a passphrase locks it or a token keeps it.
    pub fn secret(&self, key: &PublicKey) -> Option<&SecretKey> {
        self.keys.iter().find(|it| it.public() == *key)?.secret()
    }

    /// Submits a statement and waits for it to be ordered, or returns that it is pending. This
    /// ignores the signals of the process; a command that a person runs takes `hand_in` instead.
    ///
    /// # Errors
    /// [`Failure`] if the statement is refused or the node does not answer.
    pub fn submit(&self, statement: &Statement) -> Result<Answer, Failure> {
        self.accepted(submit(&self.client, statement)?)
    }

    /// The answer, if it is no refusal.
    ///
    /// # Errors
    /// [`Failure`] if the answer is a refusal.
    pub fn accepted(&self, answer: Answer) -> Result<Answer, Failure> {
        match Failure::of_answer(&answer, Some(&self.genesis.charter)) {
            Some(refused) => Err(refused),
            None => Ok(answer),
        }
    }
}
