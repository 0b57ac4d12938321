//! The URI of a key in a token [RFC 7512].

use core::fmt;
use core::str::FromStr;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use nemcon_ledger::text::Show as _;

/// What begins such a URI.
pub const SCHEME: &str = "pkcs11:";
/// The longest URI, in bytes.
pub const TOKEN_URI_BYTES_MAX: usize = 4096;
/// The attributes before the `?`, which name a token and a key in it.
const PATH: [&str; 8] =
    ["token", "serial", "manufacturer", "model", "slot-id", "object", "id", "type"];
/// The attributes behind the `?`, which say how the key is reached.
const QUERY: [&str; 2] = ["module-path", "pin-source"];
/// How alike a misspelled attribute and a known one must be, so that the message names the known one.
const NEAR_MIN: usize = 2;

/// Which key in which token is meant, and how it is reached. An attribute that is absent matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenUri {
    /// The label of the token.
    pub token: Option<String>,
    /// The serial number of the token.
    pub serial: Option<String>,
    /// The maker of the token.
    pub manufacturer: Option<String>,
    /// The model of the token.
    pub model: Option<String>,
    /// The number of the slot in which the token is.
    pub slot_id: Option<u64>,
    /// The label of the key (`CKA_LABEL`).
    pub object: Option<String>,
    /// The identifier of the key (`CKA_ID`).
    pub id: Option<Vec<u8>>,
    /// The module through which the token is reached.
    pub module: Option<PathBuf>,
    /// The file that holds the PIN.
    pub pin_source: Option<PathBuf>,
}

/// Why a text is no URI of a key in a token. No message repeats a value: it could be a PIN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenUriError {
    /// It does not begin with the scheme.
    #[error("a key in a token is written `pkcs11:token=LABEL;object=LABEL`")]
    Scheme,
    /// It is longer than a URI here.
    #[error("a `pkcs11:` URI has at most {TOKEN_URI_BYTES_MAX} bytes")]
    TooLong,
    /// A part has no `=`.
    #[error(
        "part {0} of the `pkcs11:` URI is not `NAME=VALUE`; parts stand between `;`, and behind the `?` between `&`"
    )]
    Pair(usize),
    /// An attribute that is not known here could change which key is meant.
    #[error("a `pkcs11:` URI has no attribute `{}` here; {}", .name.shown(), meant(*.near, *.is_query))]
    Unknown {
        /// The attribute's name.
        name: String,
        /// The known attribute that is nearest.
        near: Option<&'static str>,
        /// Whether it stands behind the `?`.
        is_query: bool,
    },
    /// An attribute stands on the wrong side of the `?`.
    #[error("`{0}` stands on the wrong side of the `?` in the `pkcs11:` URI")]
    Side(&'static str),
    /// An attribute stands twice.
    #[error("`{0}` stands twice in the `pkcs11:` URI")]
    Twice(&'static str),
    /// A value is empty.
    #[error("`{0}` has no value in the `pkcs11:` URI")]
    Empty(&'static str),
    /// A percent sign without two hexadecimal digits.
    #[error(
        "`{0}` in the `pkcs11:` URI: behind `%` stand two hexadecimal digits; `%25` is the sign itself"
    )]
    Percent(&'static str),
    /// A value is no text.
    #[error("`{0}` in the `pkcs11:` URI is no UTF-8 text without control characters")]
    Text(&'static str),
    /// The number of the slot is none.
    #[error("`slot-id` in the `pkcs11:` URI is no decimal number")]
    Slot,
    /// The kind of object is no key that signs.
    #[error("`type` in the `pkcs11:` URI is `private` or `public`: a key pair signs")]
    Type,
    /// The PIN stands in the URI.
    #[error(
        "`pin-value` is not taken: a PIN in an argument can be seen by every user of the machine"
    )]
    PinValue,
    /// The place of the PIN is no file.
    #[error("`pin-source` in the `pkcs11:` URI is a file: `file:/PATH`")]
    PinSource,
}

fn meant(near: Option<&'static str>, is_query: bool) -> String {
    let known: &[&str] = if is_query { &QUERY } else { &PATH };
    match near {
        Some(near) => format!("is `{near}` meant?"),
        None => format!("there are: {}", known.join(", ")),
    }
}

impl FromStr for TokenUri {
    type Err = TokenUriError;

    fn from_str(text: &str) -> Result<Self, TokenUriError> {
        let rest = text.strip_prefix(SCHEME).ok_or(TokenUriError::Scheme)?;
        if text.len() > TOKEN_URI_BYTES_MAX {
            return Err(TokenUriError::TooLong);
        }
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let parts = |list: &'_ str, by| -> Vec<String> {
            list.split(by).filter(|_| !list.is_empty()).map(str::to_owned).collect()
        };
        let path = parts(path, ';').into_iter().map(|part| (part, false));
        let query = parts(query, '&').into_iter().map(|part| (part, true));
        let mut uri = Self::default();
        let mut seen = Vec::new();
        for (at, (part, is_query)) in (1..).zip(path.chain(query)) {
            let (name, value) = part.split_once('=').ok_or(TokenUriError::Pair(at))?;
            let name = known(name, is_query)?;
            if seen.contains(&name) {
                return Err(TokenUriError::Twice(name));
            }
            seen.push(name);
            uri.set(name, decoded(name, value)?)?;
        }
        Ok(uri)
    }
}

/// The attribute of this name, on its side of the `?`.
fn known(name: &str, is_query: bool) -> Result<&'static str, TokenUriError> {
    if name == "pin-value" {
        return Err(TokenUriError::PinValue);
    }
    let (here, there): (&[&'static str], &[&'static str]) =
        if is_query { (&QUERY, &PATH) } else { (&PATH, &QUERY) };
    if let Some(name) = here.iter().find(|it| **it == name) {
        return Ok(name);
    }
    if let Some(name) = there.iter().find(|it| **it == name) {
        return Err(TokenUriError::Side(name));
    }
    let distance = |other: &&&'static str| strsim::damerau_levenshtein(name, other);
    let near = here.iter().min_by_key(distance).filter(|it| distance(it) <= NEAR_MIN);
    Err(TokenUriError::Unknown { name: name.to_owned(), near: near.copied(), is_query })
}

/// The bytes that a value stands for.
fn decoded(name: &'static str, value: &str) -> Result<Vec<u8>, TokenUriError> {
    if value.is_empty() {
        return Err(TokenUriError::Empty(name));
    }
    let digit = |byte: Option<u8>| {
        let digit = char::from(byte?).to_digit(16)?;
        u8::try_from(digit).ok()
    };
    let mut bytes = value.bytes();
    let mut decoded = Vec::with_capacity(value.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => match (digit(bytes.next()), digit(bytes.next())) {
                (Some(high), Some(low)) => high * 16 + low,
                _ => return Err(TokenUriError::Percent(name)),
            },
            byte => byte,
        });
    }
    Ok(decoded)
}

impl TokenUri {
    fn set(&mut self, name: &'static str, value: Vec<u8>) -> Result<(), TokenUriError> {
        let text = |value| {
            let text = String::from_utf8(value).map_err(|_| TokenUriError::Text(name))?;
            if text.chars().any(char::is_control) {
                Err(TokenUriError::Text(name))
            } else {
                Ok(text)
            }
        };
        match name {
            "token" => self.token = Some(text(value)?),
            "serial" => self.serial = Some(text(value)?),
            "manufacturer" => self.manufacturer = Some(text(value)?),
            "model" => self.model = Some(text(value)?),
            "object" => self.object = Some(text(value)?),
            "id" => self.id = Some(value),
            "slot-id" => {
                let is_number = value.iter().all(u8::is_ascii_digit);
                let number = text(value)?.parse().ok().filter(|_| is_number);
                self.slot_id = Some(number.ok_or(TokenUriError::Slot)?);
            }
            "module-path" => self.module = Some(OsString::from_vec(value).into()),
            "pin-source" => self.pin_source = Some(file(&value)?),
            // A pair of keys is meant in any case: the public half is read, the private one signs.
            _ => match &text(value)?[..] {
                "private" | "public" => {}
                _ => return Err(TokenUriError::Type),
            },
        }
        Ok(())
    }

    /// Whether nothing says which key is meant.
    pub const fn names_no_key(&self) -> bool {
        self.object.is_none() && self.id.is_none()
    }

    /// Takes this module where the URI names none.
    pub fn or_module(&mut self, module: Option<&Path>) {
        if self.module.is_none() {
            self.module = module.map(Path::to_owned);
        }
    }

    /// The files that the URI names.
    pub(crate) fn files_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        self.module.iter_mut().chain(&mut self.pin_source)
    }
}

/// The path in a URI of a file [RFC 8089].
fn file(value: &[u8]) -> Result<PathBuf, TokenUriError> {
    let path = value.strip_prefix(b"file:").ok_or(TokenUriError::PinSource)?;
    let path = match path.strip_prefix(b"//") {
        Some(path) if path.starts_with(b"/") => path,
        Some(_) => return Err(TokenUriError::PinSource),
        None => path,
    };
    if path.is_empty() || path.contains(&0) {
        return Err(TokenUriError::PinSource);
    }
    Ok(OsString::from_vec(path.to_owned()).into())
}

impl fmt::Display for TokenUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slot = self.slot_id.map(|slot| slot.to_string());
        let text =
            |text: &Option<String>| text.as_ref().map(|text| encoded(text.as_bytes(), false));
        let path = [
            ("token", text(&self.token)),
            ("manufacturer", text(&self.manufacturer)),
            ("model", text(&self.model)),
            ("serial", text(&self.serial)),
            ("slot-id", slot),
            ("object", text(&self.object)),
            // As OpenSC and p11-kit write it: every byte in hexadecimal.
            ("id", self.id.as_ref().map(|id| id.iter().copied().map(escaped).collect())),
        ];
        let file = |path: &PathBuf| encoded(path.as_os_str().as_bytes(), true);
        let query = [
            ("module-path", self.module.as_ref().map(file)),
            ("pin-source", self.pin_source.as_ref().map(|path| format!("file:{}", file(path)))),
        ];
        f.write_str(SCHEME)?;
        let mut before = "";
        for (name, value) in path {
            let Some(value) = value else { continue };
            write!(f, "{before}{name}={value}")?;
            before = ";";
        }
        before = "?";
        for (name, value) in query {
            let Some(value) = value else { continue };
            write!(f, "{before}{name}={value}")?;
            before = "&";
        }
        Ok(())
    }
}

fn encoded(bytes: &[u8], is_path: bool) -> String {
    let is_plain = |byte: u8| {
        byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || (is_path && byte == b'/')
    };
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if is_plain(*byte) {
            text.push(char::from(*byte));
        } else {
            text.push_str(&escaped(*byte));
        }
    }
    text
}

fn escaped(byte: u8) -> String {
    format!("%{byte:02X}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<TokenUri, TokenUriError> {
        text.parse()
    }

    #[test]
    fn a_uri_is_read_and_written_back() {
        let text = "pkcs11:token=The%20Ministry;manufacturer=M;model=v3;serial=0a%3B1;slot-id=7;object=%C3%A9;\
                    id=%01%FF?module-path=/usr/lib/x.so&pin-source=file:/run/pin";
        let uri = parse(text).unwrap();
        assert_eq!(uri.token.as_deref(), Some("The Ministry"));
        assert_eq!(uri.serial.as_deref(), Some("0a;1"));
        assert_eq!((uri.slot_id, uri.object.as_deref()), (Some(7), Some("é")));
        assert_eq!(uri.id.as_deref(), Some(&[1, 255][..]));
        assert_eq!(uri.module.as_deref(), Some(Path::new("/usr/lib/x.so")));
        assert_eq!(uri.pin_source.as_deref(), Some(Path::new("/run/pin")));
        assert_eq!(uri.to_string(), text);
        assert_eq!(parse("pkcs11:"), Ok(TokenUri::default()));
        // The kind of the object says nothing more, and characters that need no escape may have one.
        assert_eq!(
            parse("pkcs11:object=%64esk;type=private").unwrap().to_string(),
            "pkcs11:object=desk"
        );
        assert_eq!(parse("pkcs11:?pin-source=file:///p"), parse("pkcs11:?pin-source=file:/p"));
    }

    #[test]
    fn what_could_mean_another_key_is_refused_by_name() {
        use TokenUriError as E;
        let long = format!("pkcs11:token={}", "a".repeat(TOKEN_URI_BYTES_MAX));
        let unknown =
            |name: &str, near, is_query| E::Unknown { name: name.to_owned(), near, is_query };
        for (text, error) in [
            ("file:/a.key", E::Scheme),
            (&long, E::TooLong),
            ("pkcs11:token", E::Pair(1)),
            ("pkcs11:token=a;", E::Pair(2)),
            ("pkcs11:tokne=a", unknown("tokne", Some("token"), false)),
            ("pkcs11:library-version=3", unknown("library-version", None, false)),
            ("pkcs11:x-vendor=3", unknown("x-vendor", None, false)),
            ("pkcs11:object=a?module-pth=b", unknown("module-pth", Some("module-path"), true)),
            ("pkcs11:object=a?token=b", E::Side("token")),
            ("pkcs11:pin-source=file:/a", E::Side("pin-source")),
            ("pkcs11:object=a;object=b", E::Twice("object")),
            ("pkcs11:object=", E::Empty("object")),
            ("pkcs11:object=%4", E::Percent("object")),
            ("pkcs11:object=%+4", E::Percent("object")),
            ("pkcs11:object=%FF", E::Text("object")),
            ("pkcs11:object=a%0Ab", E::Text("object")),
            ("pkcs11:slot-id=-1", E::Slot),
            ("pkcs11:slot-id=+1", E::Slot),
            ("pkcs11:type=cert", E::Type),
            ("pkcs11:object=a?pin-value=1234", E::PinValue),
            ("pkcs11:object=a?pin-source=/a", E::PinSource),
            ("pkcs11:object=a?pin-source=%7C/bin/sh", E::PinSource),
            ("pkcs11:object=a?pin-source=file://host/a", E::PinSource),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
        let words = parse("pkcs11:object=a?pin-value=987654").unwrap_err().to_string();
        assert!(!words.contains("987654"), "{words}");
        let words = parse("pkcs11:tokne=a").unwrap_err().to_string();
        assert!(words.ends_with("no attribute `tokne` here; is `token` meant?"), "{words}");
    }
}
