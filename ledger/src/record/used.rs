//! Every key has one use and one owner in a council's whole life [rules.md R5].

use nemcon_crypto::PublicKey;
use nemcon_crypto::note::{KeyId, VerifierKey};
use rpds::RedBlackTreeSetSync;
use serde::{Deserialize, Serialize};

/// The keys that were ever used, and the names under which they sign.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedKeys {
    keys: RedBlackTreeSetSync<PublicKey>,
    ids: RedBlackTreeSetSync<(String, KeyId)>,
}

impl UsedKeys {
    /// Takes a key up; `false` if it was used before, or if another key of the same name has the
    /// same short id. After `false` the set may hold half of the key, so the caller gives the whole
    /// set up.
    pub fn insert(&mut self, vkey: &VerifierKey) -> bool {
        let id = (vkey.name.to_string(), vkey.key_id());
        let is_new = !self.keys.contains(&vkey.key) && !self.ids.contains(&id);
        self.keys.insert_mut(vkey.key);
        self.ids.insert_mut(id);
        is_new
    }

    /// Takes all of these up, or none.
    ///
    /// # Errors
    /// The first key that was used before, or stands here twice.
    pub fn admit(&mut self, vkeys: &[VerifierKey]) -> Result<(), Box<PublicKey>> {
        self.verify_new(vkeys)?;
        for vkey in vkeys {
            self.insert(vkey);
        }
        Ok(())
    }

    /// Checks that all of these are new.
    ///
    /// # Errors
    /// The first key that was used before, or stands here twice.
    pub fn verify_new(&self, vkeys: &[VerifierKey]) -> Result<(), Box<PublicKey>> {
        let mut among = Self::default();
        let is_known = |vkey: &VerifierKey| {
            self.keys.contains(&vkey.key)
                || self.ids.contains(&(vkey.name.to_string(), vkey.key_id()))
        };
        match vkeys.iter().find(|vkey| is_known(vkey) || !among.insert(vkey)) {
            None => Ok(()),
            Some(vkey) => Err(Box::new(vkey.key)),
        }
    }
}
